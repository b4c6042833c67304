import { describe, expect, test } from "vitest";
import {
  applicationImage,
  ownIsoImage,
  publicIsoImage,
  snapshotImage,
  systemImage,
} from "../../src/providers/vultr/image.ts";
import { createVultrProvider, vultrProvider } from "../../src/providers/vultr/provider.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import {
  application,
  type FakeVultr,
  os,
  ownIso,
  publicIso,
  refusal,
  snapshot,
  startFakeVultr,
  TOKEN,
} from "../fakes/vultr.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { lostVariants, readVariants } from "./odd-field-variants.ts";
import { describeTokenAccess } from "./token-access.ts";

describe("vultr provider, the public images", () => {
  describeProviderContract(() => startVultr());

  test("asks for systems, applications and ISO images, each by the cursor of the page before", async () => {
    await using vultr = await startVultr();
    vultr.offer(3);

    expect((await listAll(vultr)).images).toHaveLength(3);

    expect(vultr.cloud.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      "GET /v2/os?per_page=500",
      "GET /v2/os?per_page=500&cursor=bmV4dF9fMg%3D%3D",
      "GET /v2/applications?per_page=500",
      "GET /v2/iso-public?per_page=500",
    ]);
  });

  test("reads an operating system, under Libcloud's names", async () => {
    await using vultr = await startVultr();
    vultr.cloud.lists = { os: [os(1)] };

    const { images, rejected } = await listAll(vultr);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: "1743",
        name: "Ubuntu 22.04 LTS x64",
        description: null,
        ownerId: null,
        ownerAlias: null,
        platform: "ubuntu",
        architecture: "x64",
        visibility: "public",
        owned: false,
        createdAt: null,
        deprecatedAt: null,
        keywords: [],
        extra: { arch: "x64", family: "ubuntu", image_type: "os" },
      },
    ]);
  });

  test("tells an application from the system of the same number", async () => {
    await using vultr = await startVultr();
    vultr.cloud.lists = { os: [os(1, { id: 37 })], applications: [application(37)] };

    const { images } = await listAll(vultr);

    expect(images).toMatchObject([
      { id: "37", extra: { image_type: "os" } },
      {
        id: "app/37",
        name: "LEMP on CentOS 6 x64",
        ownerAlias: "vultr",
        platform: null,
        visibility: "public",
        keywords: ["LEMP", "lemp"],
        extra: { image_type: "application", name: "LEMP", short_name: "lemp", type: "one-click", image_id: "" },
      },
    ]);
  });

  test.each([
    {
      what: "an application of the marketplace",
      lists: { applications: [application(1028, { type: "marketplace", image_id: "openlitespeed", deploy_name: "" })] },
      expected: { id: "app/1028", name: "LEMP", keywords: ["LEMP", "lemp", "openlitespeed"] },
    },
    {
      what: "an ISO image",
      lists: { "iso-public": [publicIso(1)] },
      expected: {
        id: "cb676a46-66fd-4dfb-b839-443f2e6c0b11",
        name: "CentOS 7",
        description: "7 x86_64 Minimal",
        visibility: "public",
        extra: { image_type: "iso", md5sum: "7f4df50f42ee1b52b193e79855a3aa19" },
      },
    },
    {
      what: "a system of which little is said",
      lists: { os: [{ id: 159 }] },
      expected: { id: "159", name: null, platform: null, architecture: null, extra: { arch: null, family: null } },
    },
  ])("reads $what", async ({ lists, expected }) => {
    await using vultr = await startVultr();
    vultr.cloud.lists = lists;

    expect((await listAll(vultr)).images).toMatchObject([expected]);
  });

  test("loses one image, not the page, when one cannot be read", async () => {
    await using vultr = await startVultr();
    vultr.cloud.lists = { os: [os(1, { id: null }), os(2)] };

    const { images, rejected } = await listAll(vultr);

    expect(images).toHaveLength(1);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^id: /) }]);
  });
});

describe("vultr provider, the account's own view", () => {
  describeProviderContract(() => startOwn());

  test("has snapshots and ISO images", async () => {
    await using vultr = await startOwn();
    vultr.cloud.lists = { os: [os(1)], snapshots: [snapshot(1)], iso: [ownIso(1)] };

    const { images } = await listAll(vultr);

    expect(images).toMatchObject([
      {
        id: "885ee0f4-f263-4bd8-a36e-5bee13fd2311",
        name: null,
        description: "Example Snapshot",
        visibility: "private",
        owned: true,
        createdAt: "2020-10-10T01:56:20.000Z",
        extra: { image_type: "snapshot", size: 42949672960, status: "complete", os_id: 215, app_id: 0 },
      },
      {
        id: "24676a46-66fd-4dfb-b839-141532536211",
        name: "my-iso.iso",
        visibility: "private",
        owned: true,
        createdAt: "2020-10-10T01:56:20.000Z",
        extra: { image_type: "iso", filename: "my-iso.iso", size: 120586240 },
      },
    ]);
    expect(images).toHaveLength(2);
  });
});

describe("vultr provider, given odd fields", () => {
  test.each([
    { what: "operating system", schema: systemImage, item: os(1), id: "1743", visibility: "public" },
    { what: "application", schema: applicationImage, item: application(1), id: "app/1", visibility: "public" },
    { what: "ISO image", schema: publicIsoImage, item: publicIso(1), id: publicIso(1)["id"], visibility: "public" },
    { what: "snapshot", schema: snapshotImage, item: snapshot(1), id: snapshot(1)["id"], visibility: "private" },
    { what: "own ISO image", schema: ownIsoImage, item: ownIso(1), id: ownIso(1)["id"], visibility: "private" },
  ])("loses no $what, whose kind says whose it is", ({ schema, item, id, visibility }) => {
    const variants = readVariants(schema, item);

    expect(lostVariants(variants, String(id))).toEqual([]);
    expect(variants.filter(({ image }) => image && image.visibility !== visibility)).toEqual([]);
  });
});

describeTokenAccess({
  definition: vultrProvider,
  start: startVultr,
  options: { apisecret: TOKEN },
  wrong: [{ field: "apisecret", wrong: undefined }],
});

interface VultrSubject extends Subject {
  readonly cloud: FakeVultr;
}

async function startVultr(list = "os", item = os): Promise<VultrSubject> {
  const cloud = await startFakeVultr();
  const provider = createVultrProvider(
    { apiurl: `${cloud.url}/v2/`, apisecret: TOKEN },
    { allowLinkLocal: false },
    { sleep: async () => {} },
  );
  const onLaterPage = (answer: FakeAnswer): void => {
    cloud.intercept = ({ query }) => (query.has("cursor") ? answer : undefined);
  };
  const page = (items: unknown[], next: string): FakeAnswer => ({
    json: { [list]: items, meta: { total: 5, links: { next, prev: "" } } },
  });
  return {
    cloud,
    provider,
    offer: (count) => (cloud.lists = { [list]: Array.from({ length: count }, (_, n) => item(n + 1)) }),
    breakAfterFirstPage: () => onLaterPage(refusal(403, "Forbidden")),
    cutSecondPage: () => onLaterPage({ json: { [list]: [item(3)] }, cut: true }),
    insertEmptyPage: () =>
      (cloud.intercept = ({ query }) =>
        query.get("cursor") === btoa("next__2") ? page([], btoa("next__02")) : undefined),
    repeatPage: () => (cloud.intercept = () => page([item(1)], "again")),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

/** As `startVultr`, but the account's own source is listed. */
async function startOwn(): Promise<VultrSubject> {
  const vultr = await startVultr("snapshots", snapshot);
  const [source] = vultr.provider.sources;
  return { ...vultr, ...(source && { source }) };
}
