import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLibvirtProvider } from "../../src/providers/libvirt/provider.ts";
import type { ImageProvider } from "../../src/providers/provider.ts";
import { needProgram } from "../foreign/need-program.ts";
import { listAll } from "./contract.ts";
import { failureOf } from "./failure-of.ts";

const { path: virsh, isMissing } = needProgram("virsh");

/** What libvirt's test driver takes for a host. */
const HOST = `<node>
  <pool type='dir'>
    <name>base images</name>
    <target><path>/srv/base</path></target>
    <volume type='file'>
      <name>debian 12 &amp; friends.qcow2</name>
      <capacity unit='bytes'>12582912000</capacity>
      <allocation unit='bytes'>2370707456</allocation>
      <target><format type='qcow2'/></target>
      <backingStore><path>/srv/base/root.img</path><format type='raw'/></backingStore>
    </volume>
    <volume type='file'><name>ünï   three.iso</name><capacity unit='G'>1</capacity><target><format type='iso'/></target></volume>
    <volume type='file'><name>--help</name><capacity unit='G'>1</capacity><target/></volume>
    <volume type='file'><name>'; pool-destroy "base images"; '</name><capacity unit='G'>1</capacity><target/></volume>
  </pool>
  <pool type='dir'><name>--all</name><target><path>/srv/empty</path></target></pool>
</node>`;

describe.skipIf(isMissing)("libvirt provider, with libvirt's own virsh", () => {
  let folder = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "imagedex-libvirt-"));
    writeFileSync(join(folder, "host.xml"), HOST);
    // A host of the test's own, in place of the test driver's, which has no volumes.
    const lines = [
      "#!/bin/bash",
      'args=("$@")',
      `for n in "\${!args[@]}"; do [ "\${args[n]}" = test:///default ] && args[n]=test://${folder}/host.xml; done`,
      `exec ${virsh} "\${args[@]}"`,
    ];
    writeFileSync(join(folder, "virsh"), lines.join("\n"));
    chmodSync(join(folder, "virsh"), 0o755);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("lists every volume of every pool", async () => {
    const { images, rejected } = await listAll(of("test:///default", join(folder, "virsh")));

    expect(rejected).toEqual([]);
    expect(images.map(({ id }) => id).toSorted()).toEqual([
      `base images/'; pool-destroy "base images"; '`,
      "base images/--help",
      "base images/debian 12 & friends.qcow2",
      "base images/ünï   three.iso",
    ]);
    expect(images.find(({ name }) => name?.startsWith("debian"))).toMatchObject({
      extra: {
        pool: "base images",
        type: "file",
        format: "qcow2",
        key: "/srv/base/debian 12 & friends.qcow2",
        path: "/srv/base/debian 12 & friends.qcow2",
        capacity: 12582912000,
        allocation: 2370707456,
        backing_store: "/srv/base/root.img",
        backing_format: "raw",
      },
    });
  });

  test("lists a host without volumes", async () => {
    expect(await listAll(of("test:///default", virsh))).toMatchObject({ images: [], rejected: [], calls: 2 });
  });

  test("says what it says of a daemon that is not there", async () => {
    const error = await failureOf(listAll(of("qemu+tcp://127.0.0.1:1/system", virsh)));

    expect(error.reason).toBe("unreachable");
    expect(error.message).toMatch(/virsh pool-list: failed to connect .*127\.0\.0\.1:1.*Connection refused/);
  });
});

function of(apiurl: string, program: string): { provider: ImageProvider } {
  return {
    provider: createLibvirtProvider({ apiurl }, { allowLinkLocal: false }, { program }),
  };
}
