import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import type { BackendOptions } from "../../src/providers/provider.ts";
import { createProxmoxProvider, proxmoxProvider } from "../../src/providers/proxmox/provider.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import { type FakeProxmox, guest, iso, node, startFakeProxmox, TOKEN_ID, TOKEN_SECRET } from "../fakes/proxmox.ts";
import { describeProviderContract, listAll, pagesOf, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { identify } from "./identify.ts";
import { expectOddFieldsRead } from "./odd-fields.ts";

const LIMITS = { allowLinkLocal: false };

describe("proxmox provider", () => {
  describeProviderContract(() => startProxmox());

  test("reads a volume with all that the API says, and where it is", async () => {
    await using proxmox = await startProxmox();
    proxmox.offer(1);

    const { images, rejected } = await listAll(proxmox);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: "pve1/local:iso/debian-12.0.0-amd64-netinst.iso",
        name: "debian-12.0.0-amd64-netinst.iso",
        description: null,
        ownerId: null,
        ownerAlias: null,
        platform: null,
        architecture: null,
        visibility: "private",
        owned: true,
        createdAt: "2024-04-05T19:34:38.000Z",
        deprecatedAt: null,
        keywords: ["iso", "local", "pve1"],
        extra: {
          volid: "local:iso/debian-12.0.0-amd64-netinst.iso",
          content: "iso",
          format: "iso",
          size: 659554304,
          ctime: 1712345678,
          node: "pve1",
          storage: "local",
          storage_type: "dir",
          shared: 0,
        },
      },
    ]);
  });

  test("lists ISO images, container templates, images to import and disks, and no backups or file systems", async () => {
    await using proxmox = await startProxmox();
    const volumes = [
      iso(1),
      { volid: "local:vztmpl/debian-12-standard_12.7-1_amd64.tar.zst", content: "vztmpl", format: "tzst", size: 1 },
      { volid: "local:import/noble.ova", content: "import", format: "ova", size: 1 },
      { volid: "local:9000/base-9000-disk-0.qcow2", content: "images", format: "qcow2", vmid: 9000, notes: "golden" },
      { volid: "local:backup/vzdump-qemu-100.vma.zst", content: "backup", format: "vma.zst", vmid: 100 },
      { volid: "local:subvol-101-disk-0", content: "rootdir", format: "subvol", vmid: 101 },
    ];
    proxmox.cloud.storages = {
      pve1: [
        { storage: "local", content: "iso,vztmpl,import,images,backup,rootdir", volumes },
        { storage: "pbs", content: "backup", volumes: [iso(2)] },
      ],
    };

    const { images } = await listAll(proxmox);

    expect(images.map(({ name }) => name)).toEqual([
      "debian-12.1.0-amd64-netinst.iso",
      "debian-12-standard_12.7-1_amd64.tar.zst",
      "noble.ova",
      "base-9000-disk-0.qcow2",
    ]);
    expect(images[3]).toMatchObject({
      description: "golden",
      createdAt: null,
      keywords: expect.arrayContaining(["9000"]),
    });
  });

  test("lists what nodes share once, and what each has of its own as its own", async () => {
    await using proxmox = await startProxmox();
    proxmox.cloud.nodes = [node("pve1"), node("pve2")];
    const shared = { storage: "nfs", content: "iso", shared: 1, volumes: [iso(7, { volid: "nfs:iso/a.iso" })] };
    const local = { storage: "local", content: "iso", volumes: [iso(1)] };
    proxmox.cloud.storages = { pve1: [local, shared], pve2: [local, shared] };

    expect((await listAll(proxmox)).images.map(({ id }) => id)).toEqual([
      "pve1/local:iso/debian-12.1.0-amd64-netinst.iso",
      "pve2/local:iso/debian-12.1.0-amd64-netinst.iso",
      "nfs:iso/a.iso",
    ]);
  });

  test("reads a template with its settings, and not how busy it is", async () => {
    await using proxmox = await startProxmox();
    proxmox.cloud.guests = [guest(9000, { tags: "cloud;ubuntu" }), guest(100, { template: 0 })];
    proxmox.cloud.configs["qemu/9000"] = {
      name: "ubuntu-2404",
      description: "Ubuntu 24.04 LTS, cloud image\n",
      ostype: "l26",
      tags: "cloud;ubuntu",
      meta: "creation-qemu=8.1.5,ctime=1712345678",
      scsi0: "local-lvm:base-9000-disk-0,size=3584M",
      cipassword: "**********",
    };

    const { images } = await listAll(proxmox);

    expect(images).toMatchObject([
      {
        id: "qemu/9000",
        name: "ubuntu-2404",
        description: "Ubuntu 24.04 LTS, cloud image",
        platform: "linux",
        architecture: null,
        visibility: "private",
        owned: true,
        createdAt: "2024-04-05T19:34:38.000Z",
        keywords: ["cloud", "ubuntu", "l26", "qemu", "9000", "pve1", "golden"],
      },
    ]);
    expect(images[0]?.extra).toEqual({
      type: "qemu",
      vmid: 9000,
      name: "ubuntu-2404",
      node: "pve1",
      template: 1,
      status: "stopped",
      maxcpu: 2,
      maxmem: 2147483648,
      maxdisk: 3758096384,
      pool: "golden",
      tags: "cloud;ubuntu",
      description: "Ubuntu 24.04 LTS, cloud image\n",
      ostype: "l26",
      meta: "creation-qemu=8.1.5,ctime=1712345678",
      scsi0: "local-lvm:base-9000-disk-0,size=3584M",
    });
  });

  test.each([
    { ostype: "win11", platform: "windows" },
    { ostype: "w2k8", platform: "windows" },
    { ostype: "debian", platform: "debian" },
    { ostype: "other", platform: null },
    { ostype: undefined, platform: null },
  ])("takes the ostype $ostype for $platform", async ({ ostype, platform }) => {
    await using proxmox = await startProxmox();
    proxmox.cloud.guests = [guest(9001, { id: "lxc/9001", type: "lxc" })];
    proxmox.cloud.configs["lxc/9001"] = { hostname: "golden", ostype, arch: "arm64" };

    expect((await listAll(proxmox)).images).toMatchObject([
      { id: "lxc/9001", name: "golden", platform, architecture: "arm64", createdAt: null },
    ]);
  });

  test("lists one node when told which, off though others may be", async () => {
    await using proxmox = await startProxmox({ region: "pve2" });
    proxmox.cloud.nodes = [node("pve1", { status: "offline" }), node("pve2")];
    proxmox.cloud.storages = { pve2: [{ storage: "local", content: "iso", volumes: [iso(1)] }] };
    proxmox.cloud.guests = [guest(9000), guest(9001, { node: "pve2" })];
    proxmox.cloud.configs["qemu/9001"] = {};

    expect((await listAll(proxmox)).images.map(({ id }) => id)).toEqual([
      "pve2/local:iso/debian-12.1.0-amd64-netinst.iso",
      "qemu/9001",
    ]);
  });

  test.each([
    {
      what: "the only node to list is off",
      region: "pve2",
      nodes: [node("pve1"), node("pve2", { status: "offline" })],
      says: /node pve2 is offline/,
    },
    { what: "there is no such node", region: "pve9", says: /no such node: pve9; expected one of pve1/ },
  ])("throws when $what", async ({ nodes, region, says }) => {
    await using proxmox = await startProxmox({ region });
    if (nodes) proxmox.cloud.nodes = nodes;

    expect((await failureOf(listAll(proxmox))).message).toMatch(says);
  });

  test("throws when the token sees no storage at all, which no cluster is without", async () => {
    await using proxmox = await startProxmox();
    proxmox.cloud.storages = {};

    expect(await failureOf(listAll(proxmox))).toMatchObject({ reason: "forbidden" });
  });

  test("loses one volume, not the storage, when one cannot be read", async () => {
    await using proxmox = await startProxmox();
    proxmox.cloud.storages = { pve1: [{ storage: "local", content: "iso", volumes: [iso(1, { volid: 7 }), iso(2)] }] };

    const { images, rejected } = await listAll(proxmox);

    expect(images).toHaveLength(1);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^volid: /) }]);
  });
});

describe("proxmox provider, with odd answers", () => {
  test("reads a volume whatever its fields are, as long as it has an id", async () => {
    await using proxmox = await startProxmox();

    await expectOddFieldsRead({
      item: (n) => ({ ...iso(n), vmid: 9000, notes: "golden", parent: "base", encrypted: { by: ["a"] } }),
      idField: "volid",
      idOf: ({ volid }) => `pve1/${String(volid)}`,
      list(volumes) {
        proxmox.cloud.storages = { pve1: [{ storage: "local", content: "iso", volumes: [...volumes] }] };
        return listAll(proxmox);
      },
    });
  });

  test("reads a template whatever the cluster says of it, as long as it has an id", async () => {
    await using proxmox = await startProxmox();

    await expectOddFieldsRead({
      item: (n) => guest(1000 + n, { tags: "a;b" }),
      idField: "id",
      idOf: ({ id }) => String(id),
      list(guests) {
        proxmox.cloud.guests = [...guests];
        proxmox.cloud.configs = Object.fromEntries(guests.map(({ id }) => [String(id), { template: 1 }]));
        return listAll(proxmox);
      },
    });
  });

  test("reads a template whatever its settings are", async () => {
    await using proxmox = await startProxmox();
    const settings = {
      name: "a",
      hostname: "b",
      description: "c",
      ostype: "l26",
      arch: "x",
      tags: "d",
      meta: "ctime=1",
    };

    await expectOddFieldsRead({
      item: (n) => ({ id: `qemu/${1000 + n}`, ...settings }),
      idField: "id",
      idOf: ({ id }) => String(id),
      list(configs) {
        proxmox.cloud.guests = configs.map((_, n) => guest(1000 + n));
        proxmox.cloud.configs = Object.fromEntries(
          configs.map((config, n) => [`qemu/${1000 + n}`, { ...config, id: undefined }]),
        );
        return listAll(proxmox);
      },
    });
  });

  test.each([1e20, -5])("takes %d for no time", async (ctime) => {
    await using proxmox = await startProxmox();
    proxmox.cloud.storages = { pve1: [{ storage: "local", content: "iso", volumes: [iso(1, { ctime })] }] };

    expect((await listAll(proxmox)).images).toMatchObject([{ createdAt: null, extra: { ctime } }]);
  });

  test("tells by its path whether a volume of an unknown kind is an image", async () => {
    await using proxmox = await startProxmox();
    const volumes = [iso(1, { content: 7 }), iso(2, { volid: "local:backup/vzdump-qemu-100.vma.zst", content: null })];
    proxmox.cloud.storages = { pve1: [{ storage: "local", content: "iso", volumes }] };

    expect((await listAll(proxmox)).images).toMatchObject([{ name: "debian-12.1.0-amd64-netinst.iso" }]);
  });

  test("looks whether a guest is a template where the cluster does not say", async () => {
    await using proxmox = await startProxmox();
    proxmox.cloud.guests = [guest(9000, { template: undefined }), guest(9001, { template: undefined })];
    proxmox.cloud.configs = { "qemu/9000": { name: "golden", template: 1 }, "qemu/9001": { name: "web" } };

    expect(await listAll(proxmox)).toMatchObject({ images: [{ name: "golden" }], rejected: [] });
  });

  test("keeps a template as it was whose settings cannot be had", async () => {
    await using proxmox = await startProxmox();
    proxmox.cloud.guests = [guest(9000), guest(9001)];
    proxmox.cloud.configs = { "qemu/9001": {} };

    expect(await listAll(proxmox)).toMatchObject({ images: [{ id: "qemu/9001" }], rejected: [{ id: "qemu/9000" }] });
  });
});

describe("proxmox provider, with parts out of reach", () => {
  const nfs = { storage: "nfs", content: "iso", shared: 1, volumes: [iso(7, { volid: "nfs:iso/a.iso" })] };
  const local = { storage: "local", content: "iso", volumes: [iso(1)] };

  test("names the part of every page, also of a node without images", async () => {
    await using proxmox = await startProxmox();
    proxmox.cloud.nodes = [node("pve1"), node("pve2")];
    proxmox.cloud.storages = { pve1: [local, nfs], pve2: [nfs] };

    const pages = await pagesOf(proxmox);

    const named = pages.filter(({ images, rejected }) => images.length + rejected.length > 0);
    expect(named.map(({ part }) => part)).toEqual(["node pve1", "storage nfs"]);
    expect(new Set(pages.map(({ part }) => part))).toEqual(
      new Set(["node pve1", "node pve2", "storage nfs", undefined]),
    );
  });

  test.each([
    { what: "is off", status: "offline", answer: undefined },
    { what: "does not answer", status: "online", answer: { status: 595, json: { data: null } } },
  ])("goes on without a node that $what", async ({ status, answer }) => {
    await using proxmox = await startProxmox();
    proxmox.cloud.nodes = [node("pve1"), node("pve2", { status })];
    proxmox.cloud.storages = { pve1: [local, nfs], pve2: [local, nfs] };
    proxmox.cloud.guests = [guest(9000), guest(9001, { node: "pve2" })];
    proxmox.cloud.configs = { "qemu/9000": {} };
    proxmox.cloud.intercept = ({ path }) => (path.includes("/nodes/pve2/") ? answer : undefined);

    const { images, failedParts } = await listAll(proxmox);

    expect(images.map(({ id }) => id)).toEqual([
      "pve1/local:iso/debian-12.1.0-amd64-netinst.iso",
      "qemu/9000",
      "nfs:iso/a.iso",
    ]);
    expect(failedParts).toEqual([
      { part: "node pve2", reason: "unreachable", message: expect.stringMatching(/^node pve2: proxmox .*/) },
    ]);
  });

  test("keeps what only nodes share that are off", async () => {
    await using proxmox = await startProxmox();
    proxmox.cloud.nodes = [node("pve1"), node("pve2", { status: "offline" })];
    proxmox.cloud.storages = { pve1: [local], pve2: [local, nfs, { ...nfs, storage: "pbs", content: "backup" }] };

    const { failedParts } = await listAll(proxmox);

    expect(failedParts).toMatchObject([{ part: "node pve2" }, { part: "storage nfs", reason: "unreachable" }]);
  });

  test("lists what nodes share by one where it is active, as the same images whichever that is", async () => {
    await using proxmox = await startProxmox();
    proxmox.cloud.nodes = [node("pve1"), node("pve2")];
    proxmox.cloud.storages = { pve1: [local, nfs], pve2: [local, nfs] };
    const before = await listAll(proxmox);
    proxmox.cloud.storages = { pve1: [local, { ...nfs, active: 0, volumes: [] }], pve2: [local, nfs] };

    const { images, failedParts } = await listAll(proxmox);

    expect(images).toEqual(before.images);
    expect(failedParts).toBeUndefined();
  });

  test("asks the next node for what the first says it has, and cannot list", async () => {
    await using proxmox = await startProxmox();
    proxmox.cloud.nodes = [node("pve1"), node("pve2")];
    proxmox.cloud.storages = { pve1: [local, nfs], pve2: [nfs] };
    proxmox.cloud.intercept = ({ path }) =>
      path === "/api2/json/nodes/pve1/storage/nfs/content" ? { status: 500, json: { data: null } } : undefined;

    expect(await listAll(proxmox)).toMatchObject({ images: [{}, { id: "nfs:iso/a.iso" }] });
  });

  test.each([
    { what: "no node has it active", storage: { ...nfs, active: 0 }, part: "storage nfs" },
    { what: "its node has it not active", storage: { ...nfs, shared: 0, active: 0 }, part: "node pve1" },
  ])("goes on without a storage when $what", async ({ storage, part }) => {
    await using proxmox = await startProxmox();
    proxmox.cloud.nodes = [node("pve1"), node("pve2")];
    proxmox.cloud.storages = { pve1: [storage, local], pve2: [local] };

    const { images, failedParts } = await listAll(proxmox);

    expect(images).toHaveLength(2);
    const message = expect.stringMatching(/storage nfs is not active on node pve1/) as unknown;
    expect(failedParts).toEqual([{ part, reason: "unreachable", message }]);
  });

  test.each([
    { shared: 1, part: "storage nfs" },
    { shared: 0, part: "storage nfs of node pve1" },
  ])("names a storage that the token may not look into as $part", async ({ shared, part }) => {
    await using proxmox = await startProxmox();
    proxmox.cloud.storages = { pve1: [{ ...nfs, shared }, local] };
    proxmox.cloud.intercept = ({ path }) =>
      path.endsWith("/nfs/content") ? { status: 403, json: { data: null } } : undefined;

    const { images, failedParts } = await listAll(proxmox);

    expect(images).toHaveLength(1);
    expect(failedParts).toMatchObject([{ part, reason: "forbidden" }]);
  });
});

describe("proxmox provider, asked whose images it lists", () => {
  test("names the token, once the cluster has accepted it", async () => {
    await using proxmox = await startProxmox();

    expect(await identify(proxmox.provider)).toBe(TOKEN_ID);

    expect(proxmox.cloud.requests).toHaveLength(1);
  });

  test("throws for a wrong secret, and for a cluster that does not answer", async () => {
    await using stranger = await startProxmox({ apisecret: "other" });
    await using broken = await startProxmox();
    broken.cloud.intercept = () => ({ status: 500, json: { data: null } });

    expect(await failureOf(identify(stranger.provider))).toMatchObject({ reason: "credentials" });
    expect(await failureOf(identify(broken.provider))).toMatchObject({ reason: "invalid-answer" });
    expect(broken.cloud.requests).toHaveLength(2);
  });
});

describe("proxmox provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const proxmox = await startProxmox();
    return {
      provider: proxmox.provider,
      answer: ({ status, headers = {}, body }) => (proxmox.cloud.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => proxmox[Symbol.asyncDispose](),
    };
  });

  test.each([{ apikey: "imagedex@pve!other" }, { apisecret: "other" }])(
    "calls %o wrong credentials",
    async (options) => {
      await using proxmox = await startProxmox(options);

      expect(await failureOf(listAll(proxmox))).toMatchObject({ provider: "proxmox", reason: "credentials" });
    },
  );

  test("keeps the secret out of every error, its causes included", async () => {
    await using proxmox = await startProxmox();
    proxmox.cloud.intercept = ({ headers }) => ({ status: 403, json: { echo: headers.authorization } });

    const said = textOf(await failureOf(listAll(proxmox)));

    expect(said).toContain("[secret]");
    expect(said).not.toContain(TOKEN_SECRET);
  });

  test.each([
    { field: "apiurl", wrong: undefined },
    { field: "apiurl", wrong: "pve.example.org:8006" },
    { field: "apikey", wrong: undefined },
    { field: "apikey", wrong: "root@pam" },
    { field: "apikey", wrong: `${TOKEN_ID}=${TOKEN_SECRET}` },
    { field: "apisecret", wrong: undefined },
    { field: "apisecret", wrong: "two words" },
  ])("names $field when it is $wrong", ({ field, wrong }) => {
    const options = { apiurl: "https://pve:8006", apikey: TOKEN_ID, apisecret: TOKEN_SECRET };

    const create = (): unknown => proxmoxProvider.create({ ...options, [field]: wrong }, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
  });
});

async function startProxmox(options: Partial<BackendOptions> = {}): Promise<Subject & { cloud: FakeProxmox }> {
  const cloud = await startFakeProxmox();
  const provider = createProxmoxProvider(
    { apiurl: `${cloud.url}/api2/json`, apikey: TOKEN_ID, apisecret: TOKEN_SECRET, ...options },
    LIMITS,
    { sleep: async () => {} },
  );
  const onSecondStorage = (answer: FakeAnswer): void => {
    cloud.intercept = ({ path }) => (path.endsWith("/storage/local1/content") ? answer : undefined);
  };
  return {
    cloud,
    provider,
    offer(count) {
      const volumes = Array.from({ length: count }, (_, n) => iso(n));
      const byStorage = Map.groupBy(volumes.entries(), ([n]) => (n < 2 ? "local" : `local${Math.floor(n / 2)}`));
      const local = [...byStorage].map(([storage, those]) => {
        const held = those.map(([, volume]) => ({
          ...volume,
          volid: String(volume["volid"]).replace("local", storage),
        }));
        return { storage, content: "iso", volumes: held };
      });
      cloud.storages = { pve1: local };
    },
    breakAfterFirstPage: () => onSecondStorage({ status: 595, json: { data: null } }),
    cutSecondPage: () => onSecondStorage({ json: { data: [iso(9)] }, cut: true }),
    parts: {
      offer() {
        cloud.nodes = [node("pve1"), node("pve2")];
        const storage = { storage: "local", content: "iso", volumes: [iso(1)] };
        cloud.storages = { pve1: [storage], pve2: [storage] };
        return ["node pve1", "node pve2"];
      },
      break: (part = "node ") => {
        const path = `/nodes/${part.replace("node ", "")}`;
        cloud.intercept = (request) =>
          request.path.includes(path) && request.path.includes("/storage") ? { status: 595, json: {} } : undefined;
      },
    },
    insertEmptyPage: () => cloud.storages["pve1"]?.unshift({ storage: "empty", content: "iso", volumes: [] }),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}
