import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSimplestreamsProvider } from "../../src/providers/simplestreams/provider.ts";
import { incusFile, ROOT, startFakeStreams } from "../fakes/simplestreams.ts";
import { LOOPBACK } from "../fakes/tls-pairs.ts";
import { needProgram } from "../foreign/need-program.ts";
import { listAll } from "./contract.ts";

const { path: lxc, isMissing } = needProgram("lxc");

/** What LXD's own client says of an image of a remote. */
interface LxdImage {
  readonly fingerprint: string;
  readonly type: string;
  readonly size: number;
  readonly properties: { readonly description: string };
}

describe.skipIf(isMissing)("simplestreams provider, beside LXD's own client", () => {
  let folder = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "imagedex-lxc-"));
    writeFileSync(join(folder, "authority.pem"), LOOPBACK.certificate);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("makes the same images of the same files", async () => {
    await using streams = await startFakeStreams();
    // LXD's client speaks TLS only.
    await using secured = await startFakeStreams({ tls: LOOPBACK });
    streams.publish(
      "images",
      incusFile({
        "lxd.tar.xz": {
          ftype: "lxd.tar.xz",
          path: "v/lxd.tar.xz",
          size: 676,
          sha256: hash("1"),
          combined_squashfs_sha256: hash("2"),
          "combined_disk-kvm-img_sha256": hash("3"),
          combined_rootxz_sha256: hash("4"),
        },
        "root.squashfs": { ftype: "squashfs", path: "v/rootfs.squashfs", size: 1000, sha256: hash("5") },
        "disk.qcow2": { ftype: "disk-kvm.img", path: "v/disk.qcow2", size: 2000, sha256: hash("6") },
        "root.tar.xz": { ftype: "root.tar.xz", path: "v/rootfs.tar.xz", size: 3000, sha256: hash("7") },
        both: { ftype: "lxd_combined.tar.gz", path: "v/lxd.tar.gz", size: 5, sha256: hash("8") },
        delta: { ftype: "squashfs.vcdiff", path: "v/delta.vcdiff", size: 1, sha256: hash("9") },
      }),
    );
    Object.assign(secured, { index: streams.index, files: streams.files });

    const theirs = await listByLxc(secured.url + ROOT, folder);
    const ours = await listAll({
      provider: createSimplestreamsProvider({ apiurl: streams.url + ROOT }, { allowLinkLocal: false }),
    });

    expect(theirs.map(({ fingerprint }) => fingerprint).toSorted()).toEqual(["2", "3", "4", "8"].map(hash));
    const described = Object.fromEntries(
      ours.images.map(({ id, description, extra }) => [id, [extra["type"], extra["size"], description]]),
    );
    expect(described).toEqual(
      Object.fromEntries(
        theirs.map(({ fingerprint, type, size, properties }) => [fingerprint, [type, size, properties.description]]),
      ),
    );
    const paths = (requests: typeof streams.requests): string[] => requests.map(({ path }) => path);
    expect(paths(secured.requests)).toEqual(paths(streams.requests));
  });
});

function hash(digit: string): string {
  return digit.repeat(64);
}

async function listByLxc(url: string, folder: string): Promise<LxdImage[]> {
  const env = { ...process.env, HOME: folder, LXD_CONF: folder, SSL_CERT_FILE: join(folder, "authority.pem") };
  const run = (...args: readonly string[]): Promise<{ stdout: string }> =>
    promisify(execFile)(lxc, [...args], { env, timeout: 20_000 });
  await run("remote", "add", "lab", url, "--protocol=simplestreams");
  const { stdout } = await run("image", "list", "lab:", "--format=json");
  return JSON.parse(stdout) as LxdImage[];
}
