import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import type { BackendOptions } from "../../src/providers/provider.ts";
import { readClearSigned } from "../../src/providers/simplestreams/clear-signed.ts";
import { createSimplestreamsProvider, simplestreamsProvider } from "../../src/providers/simplestreams/provider.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import { ami, awsFile, type FakeStreams, incusFile, ROOT, startFakeStreams } from "../fakes/simplestreams.ts";
import { describeProviderContract, listAll, pagesOf, type Subject } from "./contract.ts";
import { failureOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { expectOddFieldsRead } from "./odd-fields.ts";

const LIMITS = { allowLinkLocal: false };

describe("simplestreams provider", () => {
  describeProviderContract(() => startStreams());

  test("reads an AMI with all that is said of it and above it, its region by an alias", async () => {
    await using streams = await startStreams();
    streams.cloud.publish("com.ubuntu.cloud:released:aws", awsFile({ usee1hs: ami(1) }));

    const { images, rejected } = await listAll(streams);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: "ami-0d6dbe860474011",
        name: "ubuntu-jammy-22.04-amd64-server-20220420 hvm ssd us-east-1",
        description: "ubuntu 22.04 LTS amd64 (release) (20220420)",
        ownerId: "com.ubuntu.cloud:released:aws",
        ownerAlias: null,
        platform: "ubuntu",
        architecture: "amd64",
        visibility: "public",
        owned: false,
        createdAt: "2022-04-20T00:00:00.000Z",
        deprecatedAt: "2027-06-01T00:00:00.000Z",
        keywords: [
          "ubuntu-jammy-22.04-amd64-server-20220420",
          "com.ubuntu.cloud:server:22.04:amd64",
          "20220420",
          "22.04,default,j,jammy,lts",
          "jammy",
          "22.04 LTS",
          "Jammy Jellyfish",
          "22.04",
          "release",
          "us-east-1",
          "ssd",
          "hvm",
        ],
        extra: {
          content_id: "com.ubuntu.cloud:released:aws",
          datatype: "image-ids",
          product_name: "com.ubuntu.cloud:server:22.04:amd64",
          aliases: "22.04,default,j,jammy,lts",
          arch: "amd64",
          os: "ubuntu",
          release: "jammy",
          release_codename: "Jammy Jellyfish",
          release_title: "22.04 LTS",
          support_eol: "2027-06-01",
          supported: true,
          version: "22.04",
          version_name: "20220420",
          label: "release",
          pubname: "ubuntu-jammy-22.04-amd64-server-20220420",
          item_name: "usee1hs",
          root_store: "ssd",
          virt: "hvm",
          crsn: "us-east-1",
          endpoint: "https://ec2.us-east-1.amazonaws.com",
          region: "us-east-1",
        },
      },
    ]);
  });

  test("lists only the images of the region that is asked for, and reads only files that may hold them", async () => {
    await using streams = await startStreams({ region: "eu-west-2" });
    const file = awsFile({ usee1hs: ami(1), euww2hs: ami(2, { crsn: "eu-west-2" }), somewhere: ami(3, { crsn: "?" }) });
    streams.cloud.publish("aws", file, { clouds: [{ region: "us-east-1" }, { region: "eu-west-2" }] });
    streams.cloud.publish("aws-cn", awsFile({ c: ami(4) }), { clouds: [{ region: "cn-north-1" }] });
    streams.cloud.publish("download", incusFile({ root: { ftype: "squashfs", path: "a" } }));

    const { images } = await listAll(streams);

    expect(images).toMatchObject([
      { id: "ami-0d6dbe860474012", name: "ubuntu-jammy-22.04-amd64-server-20220420 hvm ssd" },
    ]);
    const asked = streams.cloud.requests.map(({ path }) => path.replace(`${ROOT}/streams/v1/`, ""));
    expect(asked).toEqual(["index.json", "aws.json", "download.json"]);
  });

  test("names the regions there are when it is none of them", async () => {
    await using streams = await startStreams({ region: "eu-west-9" });
    streams.cloud.publish("aws", awsFile({}), { clouds: [{ region: "us-east-1" }, { region: "eu-west-2" }] });

    expect((await failureOf(listAll(streams))).message).toMatch(/no region eu-west-9; they have eu-west-2, us-east-1/);
  });

  test("takes an id that stands for several regions for one image", async () => {
    await using streams = await startStreams();
    const urn = { id: "Canonical:jammy:22_04-lts:22.04.202204200", virt: "Hyper-V", root_store: undefined };
    const items = { a: ami(1, { ...urn, crsn: "us-east-1" }), b: ami(1, { ...urn, crsn: "eu-west-2" }) };
    streams.cloud.publish("azure", awsFile(items));

    const { images } = await listAll(streams);

    expect(images).toMatchObject([
      {
        id: "Canonical:jammy:22_04-lts:22.04.202204200",
        name: "ubuntu-jammy-22.04-amd64-server-20220420 Hyper-V",
        keywords: expect.arrayContaining(["us-east-1", "eu-west-2"]),
        extra: { regions: ["us-east-1", "eu-west-2"], virt: "Hyper-V" },
      },
    ]);
    expect(images[0]?.extra).not.toHaveProperty("region");
  });

  test("makes of the files for Incus and LXD the images that those know, by their fingerprints", async () => {
    await using streams = await startStreams();
    const meta = (hash: string): Record<string, string | number> => ({
      sha256: hash.repeat(64),
      size: 676,
      combined_squashfs_sha256: `${hash}1`,
      "combined_disk-kvm-img_sha256": `${hash}2`,
    });
    streams.cloud.publish(
      "images",
      incusFile({
        "incus.tar.xz": { ftype: "incus.tar.xz", path: "v/incus.tar.xz", ...meta("a") },
        "lxd.tar.xz": { ftype: "lxd.tar.xz", path: "v/lxd.tar.xz", ...meta("b") },
        "root.squashfs": { ftype: "squashfs", path: "v/rootfs.squashfs", size: 1000, sha256: "c1" },
        "disk.qcow2": { ftype: "disk-kvm.img", path: "v/disk.qcow2", size: 2000, sha256: "c2" },
        "root.tar.xz": { ftype: "root.tar.xz", path: "v/rootfs.tar.xz", size: 3000, sha256: "c3" },
        "root.20220529_07:43.vcdiff": { ftype: "squashfs.vcdiff", path: "v/delta.vcdiff", size: 1, sha256: "c4" },
      }),
    );

    const { images } = await listAll(streams);

    const base = "ubuntu:jammy:amd64:default 20220530_08:32";
    expect(images.map(({ id, name, extra }) => [id, name, extra["type"], extra["size"]])).toEqual([
      ["a1", `${base} incus.tar.xz+squashfs`, "container", 1676],
      ["a2", `${base} incus.tar.xz+disk-kvm.img`, "virtual-machine", 2676],
      ["b1", `${base} lxd.tar.xz+squashfs`, "container", 1676],
      ["b2", `${base} lxd.tar.xz+disk-kvm.img`, "virtual-machine", 2676],
      // Without a hash together with either metadata file it is no image of theirs.
      ["v/rootfs.tar.xz", `${base} root.tar.xz`, undefined, 3000],
    ]);
    expect(images[0]).toMatchObject({
      description: "Ubuntu jammy amd64 (20220530_08:32)",
      platform: "Ubuntu",
      createdAt: "2022-05-30T08:32:00.000Z",
      deprecatedAt: null,
      extra: {
        requirements: { secureboot: "false" },
        fingerprint: "a1",
        files: [
          {
            item_name: "incus.tar.xz",
            ftype: "incus.tar.xz",
            path: "v/incus.tar.xz",
            size: 676,
            sha256: "a".repeat(64),
          },
          { item_name: "root.squashfs", ftype: "squashfs", path: "v/rootfs.squashfs", size: 1000, sha256: "c1" },
        ],
      },
    });
  });

  test("lists a file that is a whole container image by its hash, other images by their path, and no package list", async () => {
    await using streams = await startStreams();
    streams.cloud.publish(
      "download",
      incusFile({
        both: { ftype: "incus_combined.tar.gz", path: "v/incus.tar.gz", size: 5, sha256: "d1" },
        "disk1.img": { ftype: "disk1.img", path: "server/jammy-cloudimg-amd64.img", size: 7, sha256: "d2" },
        manifest: { ftype: "manifest", path: "server/jammy.manifest", size: 1, sha256: "d3" },
      }),
    );

    const { images } = await listAll(streams);

    expect(images.map(({ id, extra }) => [id, extra["type"]])).toEqual([
      ["d1", "container"],
      ["server/jammy-cloudimg-amd64.img", undefined],
    ]);
  });

  test("lists an image once that two files hold, and a file once that two entries name", async () => {
    await using streams = await startStreams();
    streams.cloud.publish("aws", awsFile({ a: ami(1) }));
    streams.cloud.publish("aws-again", awsFile({ a: ami(1), b: ami(2) }));
    streams.cloud.index["alias"] = { ...streams.cloud.index["aws"] };

    expect((await listAll(streams)).images.map(({ id }) => id)).toEqual(["ami-0d6dbe860474011", "ami-0d6dbe860474012"]);
    expect(streams.cloud.requests).toHaveLength(3);
  });

  test("follows indexes that the index names, and leaves out what holds no images", async () => {
    await using streams = await startStreams();
    streams.cloud.index = {
      more: { format: "index:1.0", path: "streams/v1/more.json" },
      tools: { format: "products:1.0", datatype: "content-download", path: "streams/v1/tools.json" },
    };
    streams.cloud.files = {
      "streams/v1/more.json": { index: { aws: { format: "products:1.0", path: "streams/v1/aws.json" } } },
      "streams/v1/aws.json": awsFile({ a: ami(1) }),
    };

    expect((await listAll(streams)).images).toHaveLength(1);
  });

  test("passes a long file on in pages", async () => {
    await using streams = await startStreams();
    const versions = Array.from({ length: 1200 }, (_, n) => [`v${n}`, { items: { a: ami(n) } }]);
    streams.cloud.publish("aws", awsFile({}, {}, { versions: Object.fromEntries(versions) }));
    const [source] = streams.provider.sources;
    if (!source) throw new Error("no source");

    const sizes: number[] = [];
    const pages = streams.provider.listImages(source, new AbortController().signal);
    for await (const { images } of pages) sizes.push(images.length);

    expect(sizes.filter((size) => size > 0)).toEqual([500, 500, 200]);
  });

  test("loses one image, not the page, when one has neither id nor path", async () => {
    await using streams = await startStreams();
    streams.cloud.publish("aws", awsFile({ a: ami(1, { id: 7 }), b: { virt: "hvm" }, c: ami(3) }));

    const { images, rejected } = await listAll(streams);

    expect(images.map(({ id }) => id)).toEqual(["ami-0d6dbe860474013"]);
    expect(rejected.map(({ reason }) => reason)).toEqual(Array(2).fill(": expected an id or a path"));
    expect(rejected.map(({ id }) => id)).toEqual(["7", undefined]);
  });

  test("reads an image whatever its fields are, as long as it has an id", async () => {
    await using streams = await startStreams();

    await expectOddFieldsRead({
      item: (n) => ({ ...ami(n), region: "us-east-1", name: "n", size: 7, ftype: "x", sha256: "a", files: [{ a: 1 }] }),
      idField: "id",
      idOf: ({ id }) => String(id),
      async list(items) {
        streams.cloud.publish("aws", awsFile(Object.fromEntries(items.map((item, n) => [`i${n}`, item]))));
        const page = await listAll(streams);
        return { ...page, rejected: page.rejected.filter(({ reason }) => !reason.includes("expected an id")) };
      },
    });
  });

  test("reads an image whatever is said of its version, its product and its file", async () => {
    await using streams = await startStreams();
    const fields = { label: "a", pubname: "b", arch: "c", os: "d", release: "e", support_eol: "2027-06-01", size: 1 };

    await expectOddFieldsRead({
      item: (n) => ({ id: `ami-${n}`, ...fields, aliases: "f", version: "g", content_id: "h", _aliases: { crsn: {} } }),
      idField: "id",
      idOf: ({ id }) => String(id),
      async list(all) {
        for (const [n, said] of all.entries()) {
          const more = { ...said, id: undefined, _aliases: undefined, content_id: undefined };
          const file = awsFile({ a: ami(0, { id: `ami-${n}` }) }, more, more);
          streams.cloud.publish(`file-${n}`, { ...file, _aliases: said["_aliases"], content_id: said["content_id"] });
        }
        return listAll(streams);
      },
    });
  });

  test.each([
    { what: "an item", file: awsFile({ a: ami(1), b: 7, c: null }), rejected: 2 },
    { what: "a version", file: awsFile({}, {}, { versions: { a: "x", b: { items: { a: ami(1) } } } }), rejected: 1 },
    {
      what: "a version's items",
      file: awsFile({}, {}, { versions: { a: { items: [] }, b: { items: { a: ami(1) } } } }),
      rejected: 1,
    },
    {
      what: "a product",
      file: { ...awsFile({}), products: { x: [], ...Object(awsFile({ a: ami(1) })["products"]) } },
      rejected: 1,
    },
    {
      what: "an index's entry of clouds",
      file: awsFile({ a: ami(1) }),
      entry: { clouds: [7, {}], format: 7 },
      rejected: 0,
    },
  ])("loses $what that is none, and reads the others", async ({ file, entry, rejected }) => {
    await using streams = await startStreams();
    streams.cloud.publish("aws", file, entry);

    const page = await listAll(streams);

    expect(page.images).toMatchObject([{ id: "ami-0d6dbe860474011" }]);
    expect(page.rejected).toHaveLength(rejected);
  });

  test.each([403, 404, 500])("goes on without a file that answers %d, and names no version then", async (status) => {
    await using streams = await startStreams();
    streams.cloud.hasETags = true;
    streams.cloud.publish("aws", awsFile({ a: ami(1) }));
    streams.cloud.publish("gce", awsFile({ a: ami(2) }));
    streams.cloud.intercept = ({ path }) => (path.endsWith("/aws.json") ? { status, html: "no" } : undefined);

    const pages = await pagesOf(streams);

    expect(pages.flatMap(({ images }) => images)).toMatchObject([{ id: "ami-0d6dbe860474012" }]);
    expect(pages.flatMap(({ failedParts }) => failedParts ?? [])).toMatchObject([
      { part: "streams/v1/aws.json", reason: status === 403 ? "unreachable" : "invalid-answer" },
    ]);
    expect(pages.flatMap(({ version }) => version ?? [])).toEqual([]);
    streams.cloud.intercept = undefined;
    expect((await pagesOf(streams)).flatMap(({ version }) => version ?? [])).toHaveLength(1);
  });

  test("goes on without a signed file, and lists the others", async () => {
    await using streams = await startStreams();
    streams.cloud.publish("aws", awsFile({ a: ami(1) }), { path: "streams/v1/aws.sjson" });
    streams.cloud.publish("gce", awsFile({ a: ami(2) }));

    expect(await listAll(streams)).toMatchObject({
      images: [{ id: "ami-0d6dbe860474012" }],
      failedParts: [{ part: "streams/v1/aws.sjson", reason: "invalid-answer" }],
    });
  });

  test.each(["v1", "2022.04", "20221399", "202204201"])("does not take %s for a day", async (version) => {
    await using streams = await startStreams();
    streams.cloud.publish("aws", awsFile({}, {}, { versions: { [version]: { items: { a: ami(1) } } } }));

    expect((await listAll(streams)).images).toMatchObject([{ createdAt: null }]);
  });
});

describe("simplestreams provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const streams = await startStreams();
    return {
      provider: streams.provider,
      answer: ({ status, headers = {}, body }) => (streams.cloud.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => streams[Symbol.asyncDispose](),
    };
  });

  test("reads streams that are served signed only", async () => {
    await using streams = await startStreams();
    streams.cloud.publish("aws", awsFile({ id: ami(1) }), { path: "streams/v1/aws.sjson" });
    const { index, files } = streams.cloud;
    streams.cloud.intercept = ({ path }) => {
      if (path.endsWith("index.sjson")) return { html: clearSigned({ format: "index:1.0", index }) };
      if (path.endsWith("index.json")) return { status: 404 };
      return path.endsWith("aws.sjson") ? { html: clearSigned(files["streams/v1/aws.json"]) } : undefined;
    };

    expect((await listAll(streams)).images).toHaveLength(1);
  });

  test("refuses a signed file that holds no signed text", async () => {
    await using streams = await startStreams();
    streams.cloud.publish("aws", awsFile({ id: ami(1) }), { path: "streams/v1/aws.sjson" });
    streams.cloud.intercept = ({ path }) => (path.endsWith(".sjson") ? { json: { products: {} } } : undefined);

    expect(await failureOf(listAll(streams))).toMatchObject({ reason: "invalid-answer" });
  });

  test("never leaves the server, whatever a path says", async () => {
    await using streams = await startStreams();
    streams.cloud.publish("aws", awsFile({}), { path: "https://example.org/streams/v1/aws.json" });

    expect((await failureOf(listAll(streams))).message).toContain(
      `GET ${streams.cloud.url}${ROOT}/https://example.org/`,
    );
  });

  test.each(["cloud-images.ubuntu.com", "ftp://cloud-images.ubuntu.com", ""])("names apiurl when it is %s", (wrong) => {
    const create = (): unknown => simplestreamsProvider.create({ apiurl: wrong }, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: ["apiurl"] })] }));
  });

  test("is one source for all backends of a server, and of a region of it, however its address is written", () => {
    const keysOf = (options: Partial<BackendOptions>): string[] =>
      simplestreamsProvider.create({ ...options }, LIMITS).sources.map(({ key, scope }) => `${scope}: ${key}`);
    const apiurl = "https://images.linuxcontainers.org";
    expect(keysOf({})).toEqual(["public: simplestreams https://cloud-images.ubuntu.com/releases public"]);
    expect(keysOf({ apiurl })).toEqual([`public: simplestreams ${apiurl} public`]);
    expect(keysOf({ apiurl: `${apiurl}/streams/v1/index.json` })).toEqual(keysOf({ apiurl }));
    expect(keysOf({ apiurl: `${apiurl}/`, region: "us-east-1" })).toEqual([
      `public: simplestreams ${apiurl} public us-east-1`,
    ]);
  });
});

async function startStreams(options: Partial<BackendOptions> = {}): Promise<Subject & { cloud: FakeStreams }> {
  const cloud = await startFakeStreams();
  const provider = createSimplestreamsProvider({ apiurl: cloud.url + ROOT, ...options }, LIMITS, {
    sleep: async () => {},
  });
  const afterFirstFile = (answer: FakeAnswer): void => {
    cloud.intercept = ({ path }) => (/\/file-[1-9]\.json$/.test(path) ? answer : undefined);
  };
  return {
    cloud,
    provider,
    offer(count) {
      for (let n = 0; n < count; n += 2) {
        const rest = n + 1 < count ? { b: ami(n + 1) } : {};
        cloud.publish(`file-${n / 2}`, awsFile({ a: ami(n), ...rest }));
      }
    },
    breakAfterFirstPage: () => afterFirstFile({ status: 403, html: "<html>Forbidden</html>" }),
    cutSecondPage: () => afterFirstFile({ json: awsFile({ a: ami(9) }), cut: true }),
    parts: {
      offer() {
        cloud.publish("aws", awsFile({ a: ami(1) }));
        cloud.publish("gce", awsFile({ a: ami(2) }));
        return ["streams/v1/aws.json", "streams/v1/gce.json"];
      },
      break: (part = ".json") =>
        (cloud.intercept = ({ path }) =>
          path.endsWith(part) && !path.endsWith("index.json") ? { status: 500, html: "no" } : undefined),
    },
    insertEmptyPage() {
      cloud.index = { empty: { format: "products:1.0", path: "streams/v1/empty.json" }, ...cloud.index };
      cloud.files["streams/v1/empty.json"] = { products: {} };
    },
    repeatPage: () => (cloud.index["itself"] = { format: "index:1.0", path: "streams/v1/index.json" }),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

test("a signed file that begins a hundred thousand times and never ends is refused at once", () => {
  const begin = "-----BEGIN PGP SIGNED MESSAGE-----\n\n{}\n";
  const startedAt = performance.now();

  expect(() => readClearSigned(begin.repeat(100_000))).toThrow("expected a clear-signed text");
  expect(() => readClearSigned("-----BEGIN PGP SIGNED MESSAGE-----\n".repeat(100_000))).toThrow(
    "expected a clear-signed",
  );
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

/** As `gpg --clearsign` writes it: lines that begin with a dash are escaped. */
function clearSigned(json: unknown): string {
  const text = JSON.stringify(json, null, 1).replace(/^-/gm, "- -");
  const signature = "-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n";
  return `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${text}\n${signature}`;
}
