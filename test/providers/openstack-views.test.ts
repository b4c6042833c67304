import { expect, test } from "vitest";
import { createOpenstackProvider } from "../../src/providers/openstack/provider.ts";
import type { BackendOptions, ImageProvider } from "../../src/providers/provider.ts";
import { type FakeOpenstack, glanceImage, PASSWORD, PROJECT_ID, startFakeOpenstack } from "../fakes/openstack.ts";
import { listAll } from "./contract.ts";
import { failureOf } from "./failure-of.ts";
import { identify } from "./identify.ts";

test("tells which shares were accepted, and of own images nothing", async () => {
  await using cloud = await startFakeOpenstack();
  const shared = { visibility: "shared" };
  cloud.images = [1, 2, 3].map((n) => glanceImage(n, shared));
  cloud.images.push(glanceImage(4, { ...shared, owner: PROJECT_ID }), glanceImage(5, { ...shared, os_hidden: true }));
  const [, second, third, , fifth] = cloud.images.map(({ id }) => id);
  cloud.memberStatus = { [second!]: "pending", [third!]: "rejected", [fifth!]: "pending" };

  const { images } = await listAll(providerOf(cloud));

  const told = images.toSorted((a, b) => a.id.localeCompare(b.id)).map(({ extra }) => extra["member_status"]);
  expect(told).toEqual(["accepted", "pending", "rejected", null, "pending"]);
});

test("does not guess what administrators accepted: they see everybody's shares", async () => {
  await using cloud = await startFakeOpenstack();
  cloud.roles = ["admin"];
  cloud.images = [glanceImage(1, { visibility: "shared" })];

  const { images } = await listAll(providerOf(cloud));

  expect(images.map(({ extra }) => extra["member_status"])).toEqual([null]);
  expect(cloud.requests.some(({ query }) => query.get("member_status") === "pending")).toBe(false);
});

test.each([true, false])("misses no image whose os_hidden was %s and changes while it is listed", async (before) => {
  await using cloud = await startFakeOpenstack();
  cloud.images = [glanceImage(1), glanceImage(2, { os_hidden: before })];
  cloud.intercept = ({ query }) => {
    // Right before all visible images are listed for the first time.
    const isVisibleListing = query.get("visibility") === "all" && !query.has("os_hidden");
    if (before && isVisibleListing) cloud.images[1] = glanceImage(2);
    if (!before && isVisibleListing) cloud.images[1] = glanceImage(2, { os_hidden: true });
    return undefined;
  };

  expect((await listAll(providerOf(cloud))).images).toHaveLength(2);
});

test("starts a query again when the image that a page goes on from was deleted", async () => {
  await using cloud = await startFakeOpenstack();
  cloud.images = [1, 2, 3, 4, 5].map((n) => glanceImage(n));
  cloud.intercept = ({ query }) => {
    const marker = query.get("marker");
    if (marker?.endsWith("2")) cloud.images = cloud.images.filter(({ id }) => id !== marker);
    return undefined;
  };

  const { images } = await listAll(providerOf(cloud));

  expect(images.map(({ id }) => Number(id.slice(-4)))).toEqual([1, 2, 3, 4, 5]);
});

test("keeps a property by whatever name, and the tags in one order", async () => {
  await using cloud = await startFakeOpenstack();
  const odd = JSON.parse('{"__proto__":"mine","constructor":"b","nested":{"__proto__":"c"}}') as object;
  cloud.images = [Object.assign(JSON.parse(JSON.stringify({ ...glanceImage(1), tags: ["b", "a"] })), {}) as never];
  Object.defineProperty(cloud.images[0], "__proto__", { value: "mine", enumerable: true });
  Object.assign(cloud.images[0]!, Object.fromEntries(Object.entries(odd).filter(([name]) => name !== "__proto__")));

  const { images } = await listAll(providerOf(cloud));

  expect(JSON.stringify(images[0]?.extra["metadata"])).toContain('"__proto__":"mine"');
  expect(JSON.stringify(images[0]?.extra["metadata"])).toContain('"nested":{"__proto__":"c"}');
  expect(images[0]?.keywords).toEqual(expect.arrayContaining(["mine", "b"]));
  expect(images[0]?.extra["tags"]).toEqual(["a", "b"]);
});

test.each(["internal", "admin"])("asks Glance's %s address when that is wanted", async (kind) => {
  await using cloud = await startFakeOpenstack();
  cloud.intercept = ({ path }) => (path.startsWith(`/${kind}-interface/`) ? { json: { images: [] } } : undefined);

  await listAll(providerOf(cloud, { interface: kind }));

  const asked = new Set(cloud.requests.slice(1).map(({ path }) => path));
  expect(asked).toEqual(new Set([`/${kind}-interface/v2/images`]));
});

test("says of which regions it lists one, where none is set", async () => {
  await using cloud = await startFakeOpenstack();
  cloud.region = "one";
  cloud.otherRegions = ["two"];

  const warnings = new Set<string>();
  const { provider } = providerOf(cloud, { region: undefined });
  for await (const page of provider.listImages(provider.sources[0]!, new AbortController().signal))
    if (page.warning !== undefined) warnings.add(page.warning);

  expect([...warnings]).toEqual(["the cloud has regions one, two; only one is listed: set region"]);
});

test.each([
  ["6e1ae8ec053b4f2bbd232def0a08db24", { id: "6e1ae8ec053b4f2bbd232def0a08db24" }],
  ["id:short", { id: "short" }],
  ["staff/kim@example.org", { name: "kim@example.org", domain: { name: "staff" } }],
  ["default/kim", { name: "kim", domain: { id: "default" } }],
  ["id:d-1/kim", { name: "kim", domain: { id: "d-1" } }],
  ["0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d/kim", { name: "kim", domain: { id: "0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d" } }],
])("reads user and project %s", async (text, sent) => {
  await using cloud = await startFakeOpenstack();

  await failureOf(listAll(providerOf(cloud, { apikey: text, tenantName: text })));

  expect(cloud.requests[0]?.body).toMatchObject({
    auth: { identity: { password: { user: sent } }, scope: { project: sent } },
  });
});

test("says what Keystone was asked for, and leaves its own words as they are", async () => {
  await using cloud = await startFakeOpenstack();

  const { message, reason } = await failureOf(listAll(providerOf(cloud, { apisecret: "wrong", tenantName: "lab" })));

  expect(reason).toBe("credentials");
  expect(message).toContain("user admin of domain Default for project lab of domain Default");
  expect(message).not.toContain("[secret]");
  expect(message).not.toContain("wrong");
});

test("signs in once when that is refused, however often one run asks", async () => {
  await using cloud = await startFakeOpenstack();
  const refused = providerOf(cloud, { apisecret: "wrong" });

  await failureOf(identify(refused.provider));
  await failureOf(listAll(refused));

  expect(cloud.requests).toHaveLength(1);
});

test.each(["/v2.0", "/v2.0/tokens"])("refuses Keystone's old version, %s, before anything is asked", (path) => {
  const options = { apiurl: `https://keystone.example.org${path}`, apikey: "kim", apisecret: "x" };

  expect(() => createOpenstackProvider(options, { allowLinkLocal: false })).toThrow(/API v3/);
});

function providerOf(cloud: FakeOpenstack, options: Partial<BackendOptions> = {}): { provider: ImageProvider } {
  const access = { apiurl: `${cloud.url}/identity`, apikey: "admin", apisecret: PASSWORD, tenantName: "admin" };
  const sleep = async (): Promise<void> => {};
  const limits = { allowLinkLocal: false };
  return { provider: createOpenstackProvider({ ...access, region: "RegionOne", ...options }, limits, { sleep }) };
}
