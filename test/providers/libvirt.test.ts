import { delimiter } from "node:path";
import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import { createLibvirtProvider, libvirtProvider, type LibvirtTuning } from "../../src/providers/libvirt/provider.ts";
import { libvirtVolume } from "../../src/providers/libvirt/volume.ts";
import type { BackendOptions } from "../../src/providers/provider.ts";
import { type FakeHost, type FakeVirsh, startFakeVirsh, volumeXml } from "../fakes/virsh.ts";
import type { Resolve } from "../../src/providers/transport/http/guard-address.ts";
import { describeProviderContract, listAll, pagesOf, type Subject } from "./contract.ts";
import { failureOf } from "./failure-of.ts";

const LIMITS = { allowLinkLocal: false };

describe("libvirt provider", () => {
  describeProviderContract(async () => startLibvirt());

  test("reads a volume", async () => {
    await using libvirt = startLibvirt();
    const backing = "  <backingStore>\n    <path>/srv/root.img</path>\n    <format type='raw'/>\n  </backingStore>\n";
    libvirt.cloud.offer({
      pools: { base: { "debian-12.qcow2": volumeXml("debian-12.qcow2", { more: backing }) } },
    });

    const { images, rejected } = await listAll(libvirt);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: "base/debian-12.qcow2",
        name: "debian-12.qcow2",
        description: null,
        ownerId: null,
        ownerAlias: null,
        platform: null,
        architecture: null,
        visibility: "private",
        owned: true,
        createdAt: "2016-12-09T14:01:08.000Z",
        deprecatedAt: null,
        keywords: ["base", "/srv/images/debian-12.qcow2", "qcow2", "file", "/srv/root.img"],
        extra: {
          pool: "base",
          format: "qcow2",
          type: "file",
          key: "/srv/images/debian-12.qcow2",
          path: "/srv/images/debian-12.qcow2",
          capacity: 12582912000,
          allocation: 2370707456,
          backing_store: "/srv/root.img",
          backing_format: "raw",
        },
      },
    ]);
  });

  test("prefers the time a file was made to the time it was written, where there is one", async () => {
    await using libvirt = startLibvirt();
    const xml = volumeXml("a.img").replace("<timestamps>", "<timestamps><btime>1000000000.5</btime>");
    libvirt.cloud.offer({ pools: { base: { "a.img": xml, "b.img": "<volume><name>b.img</name></volume>" } } });

    const { images } = await listAll(libvirt);

    expect(images).toMatchObject([
      { createdAt: "2001-09-09T01:46:40.000Z" },
      { createdAt: null, extra: { pool: "base" }, keywords: ["base"] },
    ]);
  });

  test("only reads, on one connection a question, and passes no settings of its own on", async () => {
    await using libvirt = startLibvirt({
      apiurl: "qemu+ssh://kim@lab.example.org:2222/system?keyfile=/home/kim/.ssh/id",
    });
    process.env["IMAGEDEX_SECRET_KEY"] = "0123456789abcdef0123456789abcdef";
    libvirt.cloud.offer({ pools: { base: { "a.img": volumeXml("a.img") } } });

    await listAll(libvirt);

    delete process.env["IMAGEDEX_SECRET_KEY"];
    const uri = "qemu+ssh://kim@lab.example.org:2222/system?keyfile=/home/kim/.ssh/id&no_tty=1";
    const before = ["--quiet", "--readonly", "--connect", uri];
    const calls = libvirt.cloud.calls();
    expect(calls.map(({ args }) => args)).toEqual([
      [...before, "pool-list", "--all", "--name"],
      [...before, "vol-list", "--pool=base"],
      [...before, "vol-dumpxml", "--pool=base", "--vol=a.img"],
    ]);
    expect(calls[0]?.env).toEqual({ LC_ALL: "C.UTF-8", HOME: process.env["HOME"] });
  });

  test("finds virsh on the PATH", async () => {
    using cloud = startFakeVirsh();
    cloud.offer({ pools: { base: { "a.img": volumeXml("a.img") } } });
    const provider = createLibvirtProvider({}, LIMITS);
    const path = process.env["PATH"];
    process.env["PATH"] = `${cloud.folder}${delimiter}${path}`;

    const { images } = await listAll({ provider });

    process.env["PATH"] = path;
    expect(images).toMatchObject([{ id: "base/a.img" }]);
  });

  test("takes names for names, whatever they look like", async () => {
    await using libvirt = startLibvirt();
    const names = [
      "--help",
      "$(reboot).img",
      "a; pool-destroy base",
      "two  spaces.img",
      "three   spaces.img",
      "ünï 'q' \"d\".iso",
    ];
    const volumes = Object.fromEntries(names.map((name) => [name, volumeXml(name)]));
    libvirt.cloud.offer({ pools: { "--all": volumes, "two words": { "&.img": volumeXml("&amp;.img") } } });

    const { images, rejected } = await listAll(libvirt);

    expect(rejected).toEqual([]);
    expect(images.map(({ id }) => id)).toEqual([...names.map((name) => `--all/${name}`), "two words/&.img"]);
  });

  test("rejects a row whose name cannot be told, and reads the others", async () => {
    await using libvirt = startLibvirt();
    const stdout =
      " ok.img          /srv/ok.img\n line\\x0abreak    /srv/x\n three   spaces  pool/three   spaces\n rbd.img         pool/rbd.img\n\n";
    libvirt.cloud.offer({
      pools: { base: { "ok.img": volumeXml("ok.img"), "rbd.img": volumeXml("rbd.img") } },
      answers: { "vol-list base": { stdout } },
    });

    const { images, rejected } = await listAll(libvirt);

    expect(images.map(({ name }) => name)).toEqual(["ok.img", "rbd.img"]);
    expect(rejected.map(({ reason }) => reason)).toEqual(Array(2).fill("expected a volume's name and its path"));
  });

  test("goes on without pools that are not active, or cannot be listed", async () => {
    await using libvirt = startLibvirt();
    const stderr = "error: access denied: 'storage_pool' denied access\n";
    libvirt.cloud.offer({
      pools: { cold: null, base: { "a.img": volumeXml("a.img") }, closed: {}, empty: {} },
      answers: { "vol-list closed": { stderr, code: 1 } },
    });

    const pages = await pagesOf(libvirt);

    expect(pages.flatMap(({ images }) => images)).toMatchObject([{ id: "base/a.img" }]);
    expect(new Set(pages.map(({ part }) => part))).toEqual(new Set(["pool base", "pool empty", undefined]));
    expect(pages.flatMap(({ failedParts }) => failedParts ?? [])).toEqual([
      {
        part: "pool cold",
        reason: "unreachable",
        message: expect.stringMatching(/^pool cold: .* pool is not active$/),
      },
      { part: "pool closed", reason: "forbidden", message: expect.stringMatching(/^pool closed: .*access denied/) },
    ]);
  });

  test("throws when no pool is active", async () => {
    await using libvirt = startLibvirt();
    libvirt.cloud.offer({ pools: { cold: null } });

    expect((await failureOf(listAll(libvirt))).message).toMatch(/not active/);
  });

  test("keeps the volumes of a pool that goes while it is listed", async () => {
    await using libvirt = startLibvirt();
    libvirt.cloud.offer({
      pools: { base: { "a.img": volumeXml("a.img") }, other: { "b.img": volumeXml("b.img") } },
      answers: { "vol-dumpxml a.img": { stderr: "error: storage pool 'base' is not active\n", code: 1 } },
    });

    expect(await listAll(libvirt)).toMatchObject({
      images: [{ id: "other/b.img" }],
      failedParts: [{ part: "pool base" }],
    });
  });

  test("rejects by its id a volume that libvirt cannot describe, and reads the others", async () => {
    await using libvirt = startLibvirt();
    libvirt.offer(3);
    const stderr = "error: internal error: cannot stat\n";
    libvirt.cloud.offer({
      pools: { base: { "a.img": volumeXml("a.img"), "b.img": volumeXml("b.img") } },
      answers: { "vol-dumpxml a.img": { stderr, code: 1 } },
    });

    expect(await listAll(libvirt)).toMatchObject({ images: [{ id: "base/b.img" }], rejected: [{ id: "base/a.img" }] });
  });

  test("reads a volume whatever is said of it", () => {
    const whole = volumeXml("v", { more: "<backingStore><path>/b</path><format type='raw'/></backingStore>" });
    const texts = [...whole.matchAll(/>([^<>\s]+)</g)].map(([, text]) => text ?? "");
    const odd = ["", "7", "x", "1e99", "-1", "&#0;", "<x/>"];
    const contents = texts.flatMap((text) => odd.map((value) => whole.replace(`>${text}<`, `>${value}<`)));
    const attributes = [...whole.matchAll(/ (type|unit)='\w+'/g)].map(([attribute]) => whole.replace(attribute, ""));

    const read = [...contents, ...attributes].map((xml) =>
      libvirtVolume.safeParse({ pool: "base", name: "v.img", xml }),
    );

    expect(read).toHaveLength(texts.length * odd.length + attributes.length);
    expect(new Set(read.map(({ data }) => data?.id))).toEqual(new Set(["base/v.img"]));
  });

  test("goes on past a volume, and a pool, that are gone meanwhile", async () => {
    await using libvirt = startLibvirt();
    libvirt.cloud.offer({
      pools: { base: { "a.img": volumeXml("a.img") } },
      answers: {
        "pool-list": { stdout: "gone                \nbase                \n\n" },
        "vol-list base": { stdout: " a.img      /srv/a.img\n gone.img   /srv/gone.img\n\n" },
      },
    });

    expect((await listAll(libvirt)).images).toMatchObject([{ id: "base/a.img" }]);
  });
});

describe("libvirt provider, refusing to go on", () => {
  test.each([
    ["Failed to connect socket to '/var/run/libvirt/libvirt-sock-ro': No such file or directory", "unreachable"],
    ["unable to connect to server at '127.0.0.1:1': Connection refused", "unreachable"],
    ["Cannot recv data: kim@lab: Permission denied (publickey).: Connection reset by peer", "credentials"],
    ["Cannot recv data: Host key verification failed.: Connection reset by peer", "credentials"],
    ["Cannot read CA certificate '/etc/pki/CA/cacert.pem': No such file or directory", "credentials"],
    ["authentication unavailable: no polkit agent available", "forbidden"],
    ["Failed to connect socket to '/var/run/libvirt/libvirt-sock-ro': Permission denied", "forbidden"],
    ["this function is not supported by the connection driver: virConnectListAllStoragePools", "invalid-answer"],
  ])("says %s", async (said, reason) => {
    await using libvirt = startLibvirt();
    const stderr = `error: virsh cannot go on\nerror: ${said}\n`;
    libvirt.cloud.offer({ answers: { "pool-list": { stderr, code: 1 } } });

    const error = await failureOf(listAll(libvirt));

    expect(error.reason).toBe(reason);
    expect(error.message).toBe(`libvirt qemu:///system: virsh pool-list: virsh cannot go on: ${said}`);
  });

  test("says that virsh is missing", async () => {
    await using libvirt = startLibvirt({}, { program: "imagedex-no-such-virsh" });

    const error = await failureOf(listAll(libvirt));

    expect(error.reason).toBe("unreachable");
    expect(error.message).toMatch(/not found: imagedex-no-such-virsh; it comes with libvirt/);
  });

  test("waits for no command for ever, and ends it", async () => {
    await using libvirt = startLibvirt({}, { timeoutMs: 1500 });
    libvirt.cloud.offer({ answers: { "pool-list": { hang: true } } });

    const error = await failureOf(listAll(libvirt));

    expect(error.reason).toBe("unreachable");
    expect(error.message).toMatch(/no result after 1\.5 seconds/);
    const [call] = libvirt.cloud.calls();
    expect(() => process.kill(call?.pid ?? 0, 0)).toThrow("ESRCH");
  });

  test("reads no more than it can keep", async () => {
    await using libvirt = startLibvirt({}, { maxOutputBytes: 1000 });
    libvirt.cloud.offer({ answers: { "pool-list": { stdout: "pool\n".repeat(1000) } } });

    expect((await failureOf(listAll(libvirt))).message).toMatch(/the output is longer than 1000 bytes/);
  });

  test.each([
    "169.254.169.254",
    "169.254.169.254.",
    "2852039166",
    "[fd00:ec2::254]",
    "metadata.google.internal",
    "lab.example.org",
    "lab.example.org.",
  ])("asks nobody at %s, which is or leads to a link-local address", async (host) => {
    const resolve: Resolve = (_name, _options, done) => done(null, [{ address: "169.254.169.254", family: 4 }]);
    await using libvirt = startLibvirt({ apiurl: `qemu+tcp://${host}/system` }, { resolve });

    expect(await failureOf(listAll(libvirt))).toMatchObject({ reason: "refused-address" });

    expect(libvirt.cloud.calls()).toEqual([]);
  });

  test("leaves a name without an address to virsh: it may be one of ssh's own", async () => {
    const resolve: Resolve = (_name, _options, done) => done(new Error("ENOTFOUND"), []);
    await using libvirt = startLibvirt({ apiurl: "qemu+ssh://lab/system" }, { resolve });
    libvirt.offer(1);

    expect((await listAll(libvirt)).images).toHaveLength(1);
  });

  test.each([
    "qemu+ext://host/system?command=/bin/sh",
    "qemu+ssh://host/system?command=/tmp/evil",
    "qemu+ssh://host/system?netcat=/tmp/evil",
    "qemu+ssh://host/system?socket=/tmp/evil",
    "qemu+ssh://host/system?keyfile=/k&command=x",
    "qemu+ssh://host/system?keyfile=-oProxyCommand=x",
    "qemu+ssh://host/system?keyfile=/k%20-oProxyCommand=x",
    "qemu+ssh://-oProxyCommand=x/system",
    "qemu+ssh://-lroot@host/system",
    "qemu+ssh://kim:password@host/system",
    "qemu+ssh://host/system'; reboot; '",
    "qemu+ssh:///system",
    "qemu:///system\n--help",
    "--help",
    "-c",
    "test:///etc/shadow",
    "esx://host/",
    "https://host/",
    "",
  ])("takes %j for no address", (apiurl) => {
    const create = (): unknown => libvirtProvider.create({ apiurl }, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: ["apiurl"] })] }));
  });

  test.each([
    [undefined, "qemu:///system"],
    ["qemu:///session", "qemu:///session"],
    ["xen+tls://root@[2001:db8::1]:16514/?no_verify=1&pkipath=/etc/pki/lab", "xen+tls://root@[2001:db8::1]:16514/"],
    ["qemu+unix:///system", "qemu+unix:///system"],
    ["test:///default", "test:///default"],
  ])("takes %j for an address, and names the source by it", (apiurl, name) => {
    const { sources } = libvirtProvider.create({ apiurl }, LIMITS);

    expect(sources).toEqual([{ key: `libvirt ${name} own`, scope: "own" }]);
  });
});

function startLibvirt(
  options: Partial<BackendOptions> = {},
  tuning: Partial<LibvirtTuning> = {},
): Subject & { cloud: FakeVirsh } {
  const cloud = startFakeVirsh();
  let host: FakeHost = {};
  const answering = (answers: FakeHost["answers"]): void => cloud.offer({ ...host, ...(answers && { answers }) });
  return {
    cloud,
    provider: createLibvirtProvider({ ...options }, LIMITS, {
      program: cloud.program,
      atOnce: 2,
      ...tuning,
    }),
    offer(count) {
      const names = Array.from({ length: count }, (_, n) => `v${n}.img`);
      host = { pools: { base: Object.fromEntries(names.map((name) => [name, volumeXml(name)])) } };
      cloud.offer(host);
    },
    breakAfterFirstPage: () => answering({ "vol-dumpxml v2.img": { stderr: "error: Cannot recv data\n", code: 1 } }),
    cutSecondPage: () => answering({ "vol-dumpxml v3.img": { stdout: volumeXml("v3.img").slice(0, 300) } }),
    parts: {
      offer() {
        host = { pools: { base: { "a.img": volumeXml("a.img") }, other: { "b.img": volumeXml("b.img") } } };
        cloud.offer(host);
        return ["pool base", "pool other"];
      },
      break(part) {
        const broken = { stderr: "error: internal error\n", code: 1 };
        const pools = part === undefined ? ["base", "other"] : [part.replace("pool ", "")];
        answering(Object.fromEntries(pools.map((pool) => [`vol-list ${pool}`, broken])));
      },
    },
    insertEmptyPage() {
      host = { pools: { empty: {}, ...host.pools } };
      cloud.offer(host);
    },
    [Symbol.asyncDispose]: async () => cloud[Symbol.dispose](),
  };
}
