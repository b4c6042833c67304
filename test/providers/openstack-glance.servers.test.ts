import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOpenstackProvider } from "../../src/providers/openstack/provider.ts";
import type { BackendOptions, ImagePage, ImageProvider } from "../../src/providers/provider.ts";
import type { MachineImage } from "../../src/image.ts";
import { needProgram } from "../foreign/need-program.ts";
import type { Project } from "../foreign/openstack/openstack-admin.ts";
import { type OpenstackLab, startOpenstackLab } from "../foreign/openstack/openstack-lab.ts";
import { listAll } from "./contract.ts";
import { failureOf } from "./failure-of.ts";
import { identify } from "./identify.ts";

const isMissing = [needProgram("keystone"), needProgram("glance")].some((program) => program.isMissing);
const PAGE_SIZE = 3;

describe.skipIf(isMissing)("openstack provider, with a real Keystone and a real Glance", () => {
  let lab: OpenstackLab;
  let [demo, other]: Project[] = [];
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    lab = await startOpenstackLab(PAGE_SIZE);
    const { admin } = lab;
    demo = await admin.addProject("demo");
    other = await admin.addProject("other");
    const add = async (owner: string, name: string, fields: object = {}, content?: string): Promise<void> => {
      ids[name] = await admin.addImage(owner, { name, ...fields }, content);
    };
    for (let n = 0; n < 4; n++) await add(admin.token, `public-${n}`, { visibility: "public" });
    await add(demo.token, "own", { tags: ["c", "a", "d", "b"], os_distro: "ubuntu", odd: "1" }, "content");
    await add(demo.token, "own-shared", { visibility: "shared" });
    await add(demo.token, "hidden", { os_hidden: true });
    await add(demo.token, "protected", { protected: true });
    await add(other.token, "private", { visibility: "private" });
    await add(other.token, "community", { visibility: "community" });
    for (const status of ["accepted", "pending", "rejected"]) {
      await add(other.token, status, { visibility: "shared" });
      const members = `/v2/images/${ids[status]}/members`;
      await admin.glance(other.token, "POST", members, { member: demo.id });
      if (status !== "pending") await admin.glance(demo.token, "PUT", `${members}/${demo.id}`, { status });
    }
  }, 600_000);

  afterAll(async () => lab[Symbol.asyncDispose]());

  test("lists exactly what the project may see, page by page, and nothing of others", async () => {
    const { images, rejected } = await listAll(as(demo!));

    expect(rejected).toEqual([]);
    const named = Object.keys(ids).filter((name) => name !== "private");
    expect(names(images)).toEqual(named.toSorted());
    expect((await listAll(as(other!))).images.map(({ name }) => name)).not.toContain("own");
    expect(await identify(as(demo!).provider)).toBe(demo!.id);
  });

  test("tells what Glance tells of an image, and whose it is", async () => {
    const { images } = await listAll(as(demo!));
    const extraOf = (name: string): MachineImage["extra"] | undefined =>
      images.find((image) => image.name === name)?.extra;

    expect(extraOf("own")).toMatchObject({
      status: "ACTIVE",
      os_hidden: false,
      protected: false,
      size: 7,
      disk_format: "raw",
      checksum: "9a0364b9e99bb480dd25e1f0284c8555",
      owner: demo!.id,
      tags: ["a", "b", "c", "d"],
      metadata: { os_distro: "ubuntu", odd: "1" },
      member_status: null,
    });
    expect(extraOf("hidden")).toMatchObject({ os_hidden: true });
    expect(extraOf("protected")).toMatchObject({ protected: true });
    const statuses = ["accepted", "pending", "rejected", "own-shared"].map((name) => extraOf(name)?.["member_status"]);
    expect(statuses).toEqual(["accepted", "pending", "rejected", null]);
  });

  test("lists the same after a restart of Glance, whose tags come in another order", async () => {
    const before = await listAll(as(demo!));

    await lab.restartGlance();

    expect((await listAll(as(demo!))).images).toEqual(before.images);
  });

  test("goes on when the image that a page goes on from is deleted", async () => {
    const doomed = [];
    for (let n = 0; n < 2 * PAGE_SIZE; n++) doomed.push(await lab.admin.addImage(demo!.token, { name: `doomed-${n}` }));
    const { provider } = as(demo!);
    const images: MachineImage[] = [];
    let deleted = 0;
    for await (const page of provider.listImages(provider.sources[0]!, new AbortController().signal)) {
      images.push(...page.images);
      const marker = lastOf(page)?.id;
      if (marker === undefined || !doomed.includes(marker) || deleted > 0) continue;
      await lab.admin.glance(demo!.token, "DELETE", `/v2/images/${marker}`);
      deleted++;
    }

    expect(deleted).toBe(1);
    expect(new Set(images.map(({ id }) => id)).size).toBe(images.length);
    expect(images).toHaveLength(Object.keys(ids).length - 1 + doomed.length);
    for (const id of doomed.slice(0, -1))
      await lab.admin.glance(demo!.token, "DELETE", `/v2/images/${id}`).catch(() => {});
  });

  test("signs in by ids, by names in a domain, and with an application credential", async () => {
    const { id, userId, user, password, token } = demo!;
    const { application_credential: credential } = await lab.admin.applicationCredential(token, userId, "reading");
    const ways = [
      { apikey: userId, apisecret: password, tenantName: id },
      { apikey: `default/${user}`, apisecret: password, tenantName: "id:default/demo" },
      { apikey: credential.id, apisecret: credential.secret, tenantName: undefined },
    ];

    for (const way of ways) expect(await identify(as(demo!, way).provider)).toBe(id);
  });

  test("says what was asked for when Keystone refuses, whatever was wrong", async () => {
    for (const wrong of [{ apisecret: "wrong" }, { tenantName: "nowhere" }, { tenantName: "other" }]) {
      const { reason, message } = await failureOf(listAll(as(demo!, wrong)));

      expect(reason).toBe("credentials");
      expect(message).toMatch(/user demo-user of domain Default for project \w+ of domain Default; check/);
      expect(message).not.toMatch(/\[secret\]/);
    }
  });

  test("takes the interface that it is told to", async () => {
    const missing = await failureOf(listAll(as(demo!, { interface: "internal" })));
    expect(missing.message).toMatch(/no internal image service.*interface may be one of public/);

    await lab.admin.addEndpoint({ type: "image", interface: "internal", url: lab.glance(), region: "RegionOne" });

    expect(names((await listAll(as(demo!, { interface: "internal" }))).images)).toContain("own");
  });

  function as(project: Project, options: Partial<BackendOptions> = {}): { provider: ImageProvider } {
    const name = project.user.replace(/-user$/, "");
    const access = { apiurl: lab.keystone, apikey: project.user, apisecret: project.password, tenantName: name };
    return { provider: createOpenstackProvider({ ...access, ...options }, { allowLinkLocal: false }) };
  }
});

function names(images: readonly MachineImage[]): string[] {
  return images.map(({ name }) => name ?? "").toSorted();
}

function lastOf({ images }: ImagePage): MachineImage | undefined {
  return images.at(-1);
}
