import { z } from "zod";
import type { BackendOptions, ImagePage, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { findRefused, type Resolve, refusal } from "../transport/http/guard-address.ts";
import { readConnectionUri } from "./connection-uri.ts";
import { libvirtFacts } from "./facts.ts";
import { listVolumes } from "./list-images.ts";
import { createVirsh } from "./virsh.ts";

const NAME = "libvirt";

const LOCAL = "qemu:///system";

const libvirtOptions = z.object({
  apiurl: z
    .string()
    .prefault(LOCAL)
    .transform((text, context) => {
      const read = readConnectionUri(text);
      if (read) return read;
      context.addIssue(
        `expected ${LOCAL} or qemu+ssh://USER@HOST/system, with no parameters but keyfile, no_verify, pkipath`,
      );
      return z.NEVER;
    }),
});
type LibvirtOptions = z.infer<typeof libvirtOptions>;

/** What tests change. */
export interface LibvirtTuning {
  readonly program: string;
  /** Volumes that are asked about at the same time, each on a connection of its own. */
  readonly atOnce: number;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  readonly resolve?: Resolve;
}

const TUNING: LibvirtTuning = { program: "virsh", atOnce: 4, timeoutMs: 60_000, maxOutputBytes: 16 * 1024 * 1024 };

/** A host with libvirt: KVM, Xen, LXC. It is asked by `virsh`, which must be installed. */
export const libvirtProvider: ProviderDefinition = {
  name: NAME,
  title: "KVM and libvirt",
  lists:
    "the volumes of all active storage pools of a host; runs virsh, which must be installed, and reaches other hosts by ssh without a password",
  cannotList: "volumes of inactive pools; files that were added since libvirt last refreshed their pool",
  fields: [{ name: "apiurl", label: "Connection URI", holds: `${LOCAL} (default) or qemu+ssh://USER@HOST/system` }],
  facts: libvirtFacts,
  options: libvirtOptions,
  create: (options, limits) => createLibvirtProvider(options, limits),
};

/** Throws ZodError for wrong options. */
export function createLibvirtProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  tuning: Partial<LibvirtTuning> = {},
): ImageProvider {
  const parsed = libvirtOptions.parse(options);
  return {
    name: NAME,
    sources: [{ key: `${NAME} ${parsed.apiurl.name} own`, scope: "own" }],
    listImages: (_, signal) => listImages(parsed, limits, signal, { ...TUNING, ...tuning }),
  };
}

async function* listImages(
  { apiurl: { name: scope, uri, host } }: LibvirtOptions,
  { allowLinkLocal, onAnswer }: ProviderLimits,
  signal: AbortSignal,
  { atOnce, resolve, ...tuning }: LibvirtTuning,
): AsyncGenerator<ImagePage> {
  const ended = new AbortController();
  const signals = AbortSignal.any([signal, ended.signal]);
  const virsh = createVirsh({ provider: NAME, scope, uri, ...tuning, onAnswer, signal: signals });
  // Not the address that was found is handed on: keys and certificates are those of the name.
  const refused = host === null || allowLinkLocal ? undefined : await findRefused(host, resolve);
  if (refused !== undefined) throw virsh.error("refused-address", refusal(refused));
  try {
    yield* listVolumes(virsh, atOnce);
  } finally {
    // What is still under way when one of several fails.
    ended.abort();
  }
}
