/** Where a libvirt daemon is, and how it is gone to. */
export interface ConnectionUri {
  /** For people, and in the names of sources: without parameters. */
  readonly name: string;
  /** As `virsh -c` takes it. */
  readonly uri: string;
  /** The machine, if it is another. */
  readonly host: string | null;
}

const DRIVERS = "qemu|xen|lxc|vz|bhyve|ch|test";
/** `ext` is missing: it runs whatever program the URI names. */
const TRANSPORTS = "ssh|tls|tcp|unix";
const USER = "[a-zA-Z0-9_][\\w.-]*";
const HOST = "[a-zA-Z0-9][\\w.-]*|\\[[0-9a-fA-F:.]+\\]";

/** Transport, host, path, parameters. */
const URI = new RegExp(
  `^(?:${DRIVERS})(?:\\+(${TRANSPORTS}))?://(?:(?:(?:${USER})@)?(${HOST})(?::\\d{1,5})?)?(/[\\w./-]*)?(?:\\?(.*))?$`,
);

/**
 * Which key or certificates to use, and whether to doubt the host's (https://libvirt.org/uri.html). Missing are those that
 * name programs to run here (`command`) or there (`netcat`), and those that lead elsewhere (`socket`, `name`).
 */
const PARAMETERS = new Set(["keyfile", "no_verify", "pkipath"]);
const VALUE = /^[a-zA-Z0-9/][\w./@:+-]*$/;

/** Reads an address as libvirt's clients take it: `qemu:///system`, `qemu+ssh://root@host/system`. Null for any other. */
export function readConnectionUri(text: string): ConnectionUri | null {
  const [read, transport, host, path, query] = URI.exec(text.trim()) ?? [];
  if (read === undefined) return null;
  if (host === undefined && transport !== undefined && transport !== "unix") return null;
  // The path of the test driver is a file, which it reads, and quotes when it is of another kind.
  if (read.startsWith("test") && path !== "/default") return null;
  const parameters = new URLSearchParams(query);
  for (const [name, value] of parameters) if (!PARAMETERS.has(name) || !VALUE.test(value)) return null;
  // Nobody is there to be asked for a password.
  if (transport === "ssh") parameters.set("no_tty", "1");
  const [name = ""] = read.split("?");
  // Not encoded: libvirt leaves a slash alone, and no value needs it.
  const written = [...parameters].map((parameter) => parameter.join("=")).join("&");
  return { name, uri: written === "" ? name : `${name}?${written}`, host: host ?? null };
}
