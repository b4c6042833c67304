import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import type { BackendOptions } from "../../src/providers/provider.ts";
import { createVsphereProvider, vsphereProvider } from "../../src/providers/vsphere/provider.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import { type FakeVcenter, item, PASSWORD, refusal, startFakeVcenter, USER } from "../fakes/vsphere.ts";
import { describeProviderContract, listAll, pagesOf, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { identify } from "./identify.ts";
import { expectOddFieldsRead } from "./odd-fields.ts";

const LIMITS = { allowLinkLocal: false };

describe("vsphere provider", () => {
  describeProviderContract(() => startVsphere());

  test("signs in once, and out again", async () => {
    await using vsphere = await startVsphere();
    vsphere.offer(1);

    await listAll(vsphere);

    const library = "/api/content/library";
    expect(vsphere.cloud.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      "POST /api/session",
      `GET ${library}`,
      `GET ${library}/library-0`,
      `GET ${library}/item?library_id=library-0`,
      `GET ${library}/item/8f2b2d5c-6a1d-4f6a-9c0e-000000000000`,
      "DELETE /api/session",
    ]);
    expect(vsphere.cloud.sessions.size).toBe(0);
  });

  test("signs out when the listing fails too", async () => {
    await using vsphere = await startVsphere();
    vsphere.cloud.intercept = () => refusal(403, "UNAUTHORIZED");

    await failureOf(listAll(vsphere));

    expect(vsphere.cloud.sessions.size).toBe(0);
  });

  test("signs in anew when the session ends", async () => {
    await using vsphere = await startVsphere();
    vsphere.offer(3);
    vsphere.cloud.sessionUses = 3;

    expect((await listAll(vsphere)).images).toHaveLength(3);
  });

  test("reads an OVF package with all that the API says", async () => {
    await using vsphere = await startVsphere();
    vsphere.offer(1);

    const { images, rejected } = await listAll(vsphere);

    expect(rejected).toEqual([]);
    const { id: _, name: __, ...facts } = item(0);
    expect(images).toEqual([
      {
        id: "8f2b2d5c-6a1d-4f6a-9c0e-000000000000",
        name: "ubuntu-24.04-server-0",
        description: "Ubuntu 24.04 LTS",
        ownerId: null,
        ownerAlias: null,
        platform: null,
        architecture: null,
        visibility: "private",
        owned: true,
        createdAt: "2025-03-14T09:26:53.589Z",
        deprecatedAt: null,
        keywords: ["ovf", "golden", "LOCAL"],
        extra: { ...facts, library_name: "golden", library_type: "LOCAL" },
      },
    ]);
  });

  test("reads a template, with what Libcloud makes of it first and the machine that it makes last", async () => {
    await using vsphere = await startVsphere();
    const template = item(1, { type: "vm-template", size: 17_448_304_640, description: "" });
    vsphere.cloud.libraries = [{ id: "library-0", items: [template] }];
    vsphere.cloud.machines[String(template["id"])] = {
      guest_OS: "UBUNTU_64",
      cpu: { count: 2, cores_per_socket: 1 },
      memory: { size_MiB: 2048 },
      vm_template: "vm-1042",
    };

    const { images } = await listAll(vsphere);

    expect(images).toMatchObject([
      {
        description: null,
        platform: "UBUNTU_64",
        keywords: ["vm-template", "UBUNTU_64", "golden", "LOCAL"],
        extra: { type: "vm-template", disk_size: 16, guest_OS: "UBUNTU_64", memory: { size_MiB: 2048 } },
      },
    ]);
    expect(Object.keys(images[0]?.extra ?? {}).slice(0, 2)).toEqual(["type", "disk_size"]);
  });

  test("goes on without an item, a machine or a library that went in between", async () => {
    await using vsphere = await startVsphere();
    const template = item(2, { type: "vm-template" });
    vsphere.cloud.libraries = [
      { id: "gone", items: [item(9)] },
      { id: "library-0", items: [item(1), template] },
    ];
    vsphere.cloud.intercept = ({ path }) =>
      path.endsWith("/library/gone") || path.endsWith("000000000001") ? refusal(404, "NOT_FOUND") : undefined;

    expect((await listAll(vsphere)).images).toMatchObject([{ id: template["id"], platform: null }]);
  });

  test("reads many items a few at a time", async () => {
    await using vsphere = await startVsphere();
    vsphere.cloud.libraries = [{ id: "library-0", items: Array.from({ length: 20 }, (_, n) => item(n)) }];
    const [source] = vsphere.provider.sources;
    if (!source) throw new Error("no source");

    const sizes: number[] = [];
    const pages = vsphere.provider.listImages(source, new AbortController().signal);
    for await (const { images } of pages) sizes.push(images.length);

    expect(sizes).toEqual([8, 8, 4, 0]);
  });

  test.each([
    { what: "refuses", answer: refusal(403, "UNAUTHORIZED") },
    { what: "cannot describe", answer: refusal(500, "ERROR") },
    { what: "describes by a text", answer: { json: "sorry" } },
  ])("rejects by its id an item that the vCenter $what, and reads the others", async ({ answer }) => {
    await using vsphere = await startVsphere();
    vsphere.cloud.libraries = [{ id: "library-0", items: [item(1), item(2)] }];
    vsphere.cloud.intercept = ({ path }) => (path.endsWith("000000000001") ? answer : undefined);

    const { images, rejected } = await listAll(vsphere);

    expect(images).toMatchObject([{ id: item(2)["id"] }]);
    expect(rejected).toMatchObject([{ id: item(1)["id"], reason: expect.any(String) }]);
  });

  test("reads an item whatever its fields are", async () => {
    await using vsphere = await startVsphere();

    await expectOddFieldsRead({
      item: (n) => item(n, { certificate_verification_info: { status: "VERIFIED", chain: ["a"] } }),
      idField: "id",
      idOf: ({ id }) => String(id),
      list(items) {
        const sound = items.filter(({ id }) => typeof id === "string" && id.length > 1);
        vsphere.cloud.libraries = [{ id: "library-0", items: [...sound] }];
        return listAll(vsphere);
      },
    });
  });

  test.each([null, 7, "x", true, [], {}, { guest_OS: 7 }])("reads a template whose machine is %j", async (machine) => {
    await using vsphere = await startVsphere();
    vsphere.cloud.libraries = [{ id: "library-0", items: [item(1, { type: "vm-template" })] }];
    vsphere.cloud.intercept = ({ path }) => (path.includes("/vm-template/") ? { json: machine } : undefined);

    expect(await listAll(vsphere)).toMatchObject({ images: [{ id: item(1)["id"] }], rejected: [] });
  });

  test("reads a template without its machine where the user may not see that", async () => {
    await using vsphere = await startVsphere();
    vsphere.cloud.libraries = [{ id: "library-0", items: [item(1, { type: "vm-template" })] }];
    vsphere.cloud.intercept = ({ path }) => (path.includes("/vm-template/") ? refusal(403, "UNAUTHORIZED") : undefined);

    expect(await listAll(vsphere)).toMatchObject({ images: [{ platform: null }], rejected: [] });
  });

  test.each([
    { what: "closed", answer: refusal(403, "UNAUTHORIZED"), reason: "forbidden" },
    { what: "broken", answer: refusal(503, "SERVICE_UNAVAILABLE"), reason: "invalid-answer" },
  ])("goes on without a $what library, wherever it is asked, and calls it by its name", async ({ answer, reason }) => {
    await using vsphere = await startVsphere();
    vsphere.cloud.libraries = ["a", "b", "c"].map((id, n) => ({ id, items: [item(n)] }));
    vsphere.cloud.intercept = ({ path, query }) =>
      path.endsWith("/library/a") || query.get("library_id") === "b" ? answer : undefined;

    const { images, failedParts } = await listAll(vsphere);

    expect(images).toMatchObject([{ id: item(2)["id"] }]);
    expect(failedParts).toMatchObject([
      { part: "library a", reason },
      { part: "library b", reason, message: expect.stringMatching(/^library b \(golden\): vsphere /) },
    ]);
  });

  test("names the part of a library without items", async () => {
    await using vsphere = await startVsphere();
    vsphere.cloud.libraries = [{ id: "empty", items: [] }];

    expect((await pagesOf(vsphere)).map(({ part }) => part)).toEqual(["library empty", undefined]);
  });
});

describe("vsphere provider, asked whose images it lists", () => {
  test.each([
    { says: "VSPHERE.LOCAL\\imagedex", expected: "VSPHERE.LOCAL\\imagedex" },
    { says: undefined, expected: USER },
    { says: 7, expected: "7" },
    { says: "x".repeat(201), expected: undefined },
  ])("says $expected when the session is of $says", async ({ says, expected }) => {
    await using vsphere = await startVsphere();
    vsphere.cloud.user = says;

    expect(await identify(vsphere.provider)).toBe(expected);

    expect(vsphere.cloud.sessions.size).toBe(0);
  });

  test("throws for a wrong password, and tries no more than twice", async () => {
    await using vsphere = await startVsphere({ apisecret: "other" });
    await using broken = await startVsphere();
    broken.cloud.user = undefined;
    broken.cloud.intercept = () => refusal(503, "SERVICE_UNAVAILABLE");

    expect(await failureOf(identify(vsphere.provider))).toMatchObject({ reason: "credentials" });
    await failureOf(identify(broken.provider));
    expect(broken.cloud.requests.map(({ method }) => method)).toEqual(["POST", "GET", "GET", "DELETE"]);
  });
});

describe("vsphere provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const vsphere = await startVsphere();
    return {
      provider: vsphere.provider,
      answer: ({ status, headers = {}, body }) => (vsphere.cloud.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => vsphere[Symbol.asyncDispose](),
    };
  });

  test.each([{ apikey: "other@vsphere.local" }, { apisecret: "other" }])(
    "calls %o wrong credentials",
    async (options) => {
      await using vsphere = await startVsphere(options);

      expect(await failureOf(listAll(vsphere))).toMatchObject({ provider: "vsphere", reason: "credentials" });
    },
  );

  test("keeps password and session out of every error, their causes included", async () => {
    await using vsphere = await startVsphere();
    const basic = Buffer.from(`${USER}:${PASSWORD}`).toString("base64");
    vsphere.cloud.intercept = ({ headers }) => ({
      status: 403,
      json: { echo: [PASSWORD, basic, headers["vmware-api-session-id"]] },
    });

    const said = textOf(await failureOf(listAll(vsphere)));

    expect(said).toContain("[secret]");
    for (const secret of [PASSWORD, basic, "session-1"]) expect(said).not.toContain(secret);
  });

  test.each([
    { field: "apiurl", wrong: undefined },
    { field: "apiurl", wrong: "vcenter.example.org" },
    { field: "apikey", wrong: undefined },
    { field: "apikey", wrong: "user:password" },
    { field: "apisecret", wrong: undefined },
    { field: "apisecret", wrong: "" },
  ])("names $field when it is $wrong", ({ field, wrong }) => {
    const options = { apiurl: "https://vcenter.example.org", apikey: USER, apisecret: PASSWORD };

    const create = (): unknown => vsphereProvider.create({ ...options, [field]: wrong }, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
  });
});

async function startVsphere(options: Partial<BackendOptions> = {}): Promise<Subject & { cloud: FakeVcenter }> {
  const cloud = await startFakeVcenter();
  const provider = createVsphereProvider(
    { apiurl: `${cloud.url}/api`, apikey: USER, apisecret: PASSWORD, ...options },
    LIMITS,
    { sleep: async () => {} },
  );
  const afterFirstLibrary = (answer: FakeAnswer): void => {
    cloud.intercept = ({ query }) => (/^library-[1-9]/.test(query.get("library_id") ?? "") ? answer : undefined);
  };
  return {
    cloud,
    provider,
    offer(count) {
      const items = Array.from({ length: count }, (_, n) => item(n));
      const byLibrary = Map.groupBy(items.entries(), ([n]) => `library-${Math.floor(n / 2)}`);
      cloud.libraries = [...byLibrary].map(([id, those]) => ({ id, items: those.map(([, one]) => one) }));
    },
    breakAfterFirstPage: () => afterFirstLibrary(refusal(403, "UNAUTHORIZED")),
    cutSecondPage: () => afterFirstLibrary({ json: ["a", "b"], cut: true }),
    parts: {
      offer() {
        cloud.libraries = ["a", "b"].map((id, n) => ({ id, items: [item(n)] }));
        return ["library a", "library b"];
      },
      break: (part) =>
        (cloud.intercept = ({ query }) =>
          query.has("library_id") && [undefined, `library ${query.get("library_id")}`].includes(part)
            ? refusal(403, "UNAUTHORIZED")
            : undefined),
    },
    insertEmptyPage: () => cloud.libraries.unshift({ id: "empty", items: [] }),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}
