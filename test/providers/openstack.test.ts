import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import { createOpenstackProvider, openstackProvider } from "../../src/providers/openstack/provider.ts";
import type { BackendOptions, ImageProvider } from "../../src/providers/provider.ts";
import type { HttpTiming } from "../../src/providers/transport/http/retry.ts";
import type { SeenRequest } from "../fakes/json-server.ts";
import {
  APPLICATION_SECRET,
  type FakeOpenstack,
  glanceImage,
  PASSWORD,
  PROJECT_ID,
  startFakeOpenstack,
  UNAUTHORIZED,
} from "../fakes/openstack.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { identify } from "./identify.ts";
import { expectOddFieldsRead } from "./odd-fields.ts";

describe("openstack provider", () => {
  describeProviderContract(startOpenstack);

  describe("signing in", () => {
    test("asks for a token with user, password and project, both of the domain Default", async () => {
      await using openstack = await startOpenstack();

      await listAll(openstack);

      const [signIn] = openstack.cloud.requests;
      expect(signIn).toMatchObject({ method: "POST", path: "/identity/v3/auth/tokens" });
      expect(signIn?.headers["content-type"]).toBe("application/json");
      expect(signIn?.body).toEqual({
        auth: {
          identity: {
            methods: ["password"],
            password: { user: { name: "admin", domain: { name: "Default" }, password: PASSWORD } },
          },
          scope: { project: { name: "admin", domain: { name: "Default" } } },
        },
      });
    });

    test("takes the domain from in front of the first slash, and leaves an @ in a name", async () => {
      await using openstack = await startOpenstack({ apikey: "staff/kim@example.org", tenantName: "staff/admin" });

      await listAll(openstack);

      expect(openstack.cloud.requests[0]?.body).toMatchObject({
        auth: {
          identity: { password: { user: { name: "kim@example.org", domain: { name: "staff" } } } },
          scope: { project: { name: "admin", domain: { name: "staff" } } },
        },
      });
    });

    test("uses an application credential, without a scope, when there is no project", async () => {
      await using openstack = await startOpenstack({
        apikey: "423f19a4ac1e4f48bbb4180756e6eb6c",
        apisecret: APPLICATION_SECRET,
        tenantName: undefined,
      });
      openstack.offer(1);

      expect((await listAll(openstack)).images).toHaveLength(1);

      expect(openstack.cloud.requests[0]?.body).toEqual({
        auth: {
          identity: {
            methods: ["application_credential"],
            application_credential: { id: "423f19a4ac1e4f48bbb4180756e6eb6c", secret: APPLICATION_SECRET },
          },
        },
      });
    });

    test.each(["", "/", "/v3", "/v3/", "/v3/auth/tokens"])(
      "finds Keystone when its address ends in %j",
      async (ending) => {
        await using openstack = await startOpenstack({}, ending);
        openstack.offer(1);

        expect((await listAll(openstack)).images).toHaveLength(1);

        expect(openstack.provider.sources).toEqual([
          { key: `openstack ${openstack.cloud.url}/identity RegionOne own`, scope: "own" },
        ]);
      },
    );

    test("signs in anew when the token expires, and repeats the page", async () => {
      await using openstack = await startOpenstack();
      openstack.offer(5);
      openstack.cloud.tokenUses = 1;

      const { images } = await listAll(openstack);

      expect(images).toHaveLength(5);
      const signIn = "POST /identity/v3/auth/tokens";
      expect(openstack.cloud.requests.map(shortly).join("; ")).toContain(
        ["GET /v2/images from 2", signIn, "GET /v2/images from 2", "GET /v2/images from 4"].join("; "),
      );
    });

    test("gives up when a fresh token is refused too", async () => {
      await using openstack = await startOpenstack();
      openstack.offer(1);
      openstack.cloud.tokenUses = 0;

      const error = await failureOf(listAll(openstack));

      expect(error.reason).toBe("credentials");
      expect(openstack.cloud.requests).toHaveLength(4);
    });
  });

  describe("finding Glance", () => {
    test("asks the region's public endpoint", async () => {
      await using openstack = await startOpenstack({ region: "two" });
      openstack.offer(1);
      openstack.cloud.region = "two";
      openstack.cloud.otherRegions = ["one", "three"];

      expect((await listAll(openstack)).images).toHaveLength(1);
    });

    test("takes the alphabetically first region when none is set", async () => {
      await using openstack = await startOpenstack({ region: undefined });
      openstack.offer(1);
      openstack.cloud.region = "east";
      openstack.cloud.otherRegions = ["west", "north"];

      expect((await listAll(openstack)).images).toHaveLength(1);
    });

    test("names the regions there are when it is none of them", async () => {
      await using openstack = await startOpenstack({ region: "Mars" });
      openstack.cloud.otherRegions = ["RegionTwo"];

      const error = await failureOf(listAll(openstack));

      expect(error.message).toMatch(/no public image service in Mars; it has one in RegionOne, RegionTwo/);
    });

    test("says so when the token has no catalogue", async () => {
      await using openstack = await startOpenstack();
      openstack.cloud.intercept = () => ({
        status: 201,
        headers: { "x-subject-token": "unscoped-token" },
        json: { token: {} },
      });

      const error = await failureOf(listAll(openstack));

      expect(error.reason).toBe("invalid-answer");
      expect(error.message).toMatch(/no service catalogue/);
    });

    test.each([
      { endpointPath: "", mountedAt: "" },
      { endpointPath: "/", mountedAt: "" },
      { endpointPath: "/v2", mountedAt: "" },
      { endpointPath: "/v2/", mountedAt: "" },
      { endpointPath: "/image", mountedAt: "/image" },
      { endpointPath: "/image/v2", mountedAt: "/image" },
    ])("pages through a Glance whose endpoint is $endpointPath", async (place) => {
      await using openstack = await startOpenstack();
      openstack.offer(5);
      Object.assign(openstack.cloud, place);

      expect((await listAll(openstack)).images).toHaveLength(5);

      const paths = openstack.cloud.requests.slice(1).map(({ path }) => path);
      expect(new Set(paths)).toEqual(new Set([`${place.mountedAt}/v2/images`]));
    });
  });

  describe("asking for everything", () => {
    test("sends the token, asks for shares not accepted, for all, and for hidden images before and after", async () => {
      await using openstack = await startOpenstack();
      openstack.offer(3);

      await listAll(openstack);

      const [, ...asked] = openstack.cloud.requests;
      expect(asked[0]?.headers["x-auth-token"]).toBe("gAAAAA-token-1");
      expect(asked.map(({ query }) => query.toString())).toEqual([
        "limit=1000&visibility=shared&member_status=pending",
        "limit=1000&visibility=shared&member_status=pending&os_hidden=true",
        "limit=1000&visibility=shared&member_status=rejected",
        "limit=1000&visibility=shared&member_status=rejected&os_hidden=true",
        "limit=1000&visibility=all&member_status=all&os_hidden=true",
        "limit=1000&visibility=all&member_status=all",
        "limit=1000&visibility=all&member_status=all&marker=00000000-0000-4000-8000-000000000002",
        "limit=1000&visibility=all&member_status=all&os_hidden=true",
      ]);
    });

    test("probes for what was updated since, hidden images too", async () => {
      await using openstack = await startOpenstack();
      openstack.offer(3);
      const [source] = openstack.provider.sources;
      const since = new Date("2026-11-01T02:03:04.567Z");

      await Array.fromAsync(openstack.provider.probeImages!(source!, since, new AbortController().signal));

      const asked = openstack.cloud.requests
        .slice(1)
        .map(({ query }) => [query.get("updated_at"), query.get("os_hidden")]);
      expect(asked).toContainEqual(["gte:2026-11-01T02:03:04Z", null]);
      expect(asked).toContainEqual(["gte:2026-11-01T02:03:04Z", "true"]);
    });

    test("lists community images, shared ones not yet accepted, and hidden ones on several pages", async () => {
      await using openstack = await startOpenstack();
      openstack.cloud.images = [
        glanceImage(1, { visibility: "community" }),
        glanceImage(2, { visibility: "shared" }),
        glanceImage(3, { os_hidden: true }),
        glanceImage(4, { os_hidden: true }),
        glanceImage(5, { os_hidden: true }),
      ];

      const { images } = await listAll(openstack);

      const said = images.map(({ visibility }) => visibility).toSorted();
      expect(said).toEqual(["community", "public", "public", "public", "shared"]);
    });

    test("lists an image once that is hidden between the two listings", async () => {
      await using openstack = await startOpenstack();
      openstack.cloud.images = [glanceImage(1), glanceImage(2)];
      openstack.cloud.intercept = ({ query }) => {
        if (query.get("os_hidden")) openstack.cloud.images[0] = glanceImage(1, { os_hidden: true });
        return undefined;
      };

      const { images } = await listAll(openstack);

      expect(images).toHaveLength(2);
    });
  });

  describe("reading images", () => {
    test("reads an image of Glance into a machine image", async () => {
      await using openstack = await startOpenstack();
      openstack.cloud.images = [
        glanceImage(1, {
          name: "snap-test",
          visibility: "private",
          owner: PROJECT_ID,
          os_type: "linux",
          os_distro: "ubuntu",
          os_version: "24.04",
          architecture: "x86_64",
          description: "before the upgrade",
          instance_uuid: "e35f8f74-241f-4996-8c46-e58432d11fb7",
          kernel_id: null,
          min_disk: 20,
          min_ram: 1024,
          tags: ["nightly", "lts"],
          com_example: { nested: [1, true] },
          direct_url: "rbd://fsid/images/secret",
          locations: [{ url: "swift+https://user:pass@host/x", metadata: {} }],
          stores: "fast",
        }),
      ];

      const { images } = await listAll(openstack);

      expect(images).toEqual([
        {
          id: "00000000-0000-4000-8000-000000000001",
          name: "snap-test",
          description: "before the upgrade",
          ownerId: PROJECT_ID,
          ownerAlias: null,
          platform: "ubuntu",
          architecture: "x86_64",
          visibility: "private",
          owned: true,
          createdAt: "2023-03-30T22:22:24Z",
          deprecatedAt: null,
          keywords: [
            "linux",
            "ubuntu",
            "24.04",
            "x86_64",
            "before the upgrade",
            "e35f8f74-241f-4996-8c46-e58432d11fb7",
            '{"nested":[1,true]}',
            "lts",
            "nightly",
          ],
          extra: {
            status: "ACTIVE",
            updated: "2023-03-30T22:22:26Z",
            created: "2023-03-30T22:22:24Z",
            minDisk: 20,
            progress: 100,
            minRam: 1024,
            serverId: "e35f8f74-241f-4996-8c46-e58432d11fb7",
            metadata: {
              os_type: "linux",
              os_distro: "ubuntu",
              os_version: "24.04",
              architecture: "x86_64",
              description: "before the upgrade",
              instance_uuid: "e35f8f74-241f-4996-8c46-e58432d11fb7",
              kernel_id: null,
              com_example: { nested: [1, true] },
            },
            visibility: "private",
            os_type: "linux",
            os_hidden: false,
            protected: false,
            owner: PROJECT_ID,
            size: 12716032,
            virtual_size: null,
            disk_format: "qcow2",
            container_format: "bare",
            checksum: "443b7623e27ecf03dc9e01ee93f67afe",
            os_hash_algo: "sha512",
            os_hash_value: "6513f21e44aa3da3",
            tags: ["lts", "nightly"],
            member_status: null,
          },
        },
      ]);
    });

    test("keeps the properties in their order, those it looks at too", async () => {
      await using openstack = await startOpenstack();
      openstack.cloud.images = [glanceImage(1, { z: "1", os_type: "linux", a: "2", instance_uuid: "i", m: "3" })];

      const { images } = await listAll(openstack);

      expect(JSON.stringify(images[0]?.extra["metadata"])).toBe(
        '{"z":"1","os_type":"linux","a":"2","instance_uuid":"i","m":"3"}',
      );
    });

    test("reads the documented example, its fields in their order, and then what only Glance tells", async () => {
      await using openstack = await startOpenstack();
      openstack.cloud.images = [
        glanceImage(1, {
          id: "73764eb8-3c1c-42a9-8fff-71f6beefc6a7",
          name: "Gentoo 13.3",
          created_at: "2013-10-15T20:02:10Z",
          updated_at: "2013-11-21T19:12:29Z",
          min_ram: 512,
          os_distro: "gentoo",
          image_type: "base",
          auto_disk_config: "True",
        }),
      ];

      const { images } = await listAll(openstack);

      expect(JSON.stringify(images.map(({ id, name, extra }) => ({ id, name, extra })))).toBe(
        '[{"id":"73764eb8-3c1c-42a9-8fff-71f6beefc6a7","name":"Gentoo 13.3","extra":{"status":"ACTIVE",' +
          '"updated":"2013-11-21T19:12:29Z","created":"2013-10-15T20:02:10Z","minDisk":0,"progress":100,' +
          '"minRam":512,"serverId":null,"metadata":{"os_distro":"gentoo","image_type":"base",' +
          '"auto_disk_config":"True"},"visibility":"public","os_type":null,' +
          '"os_hidden":false,"protected":false,"owner":"another-project","size":12716032,"virtual_size":null,' +
          '"disk_format":"qcow2","container_format":"bare","checksum":"443b7623e27ecf03dc9e01ee93f67afe",' +
          '"os_hash_algo":"sha512","os_hash_value":"6513f21e44aa3da3","tags":[],"member_status":null}}]',
      );
    });

    test("falls back to os_type for the platform, and says how far an unfinished image is", async () => {
      await using openstack = await startOpenstack();
      openstack.cloud.images = [
        glanceImage(1, { os_type: "windows", status: "queued" }),
        glanceImage(2, { status: "saving" }),
        glanceImage(3, { status: "deactivated" }),
      ];

      const { images } = await listAll(openstack);

      expect(images.map(({ platform }) => platform)).toEqual(["windows", null, null]);
      expect(images.map(({ extra }) => [extra["status"], extra["progress"]])).toEqual([
        ["QUEUED", 25],
        ["SAVING", 50],
        ["DEACTIVATED", 0],
      ]);
    });

    test("keeps an image that has no name, times, owner or tags", async () => {
      await using openstack = await startOpenstack();
      openstack.cloud.images = [
        { id: "bare", status: "queued", name: null },
        { id: "empty", status: "queued", name: "" },
      ];

      const { images, rejected } = await listAll(openstack);

      expect(rejected).toEqual([]);
      expect(images).toMatchObject([
        { id: "bare", name: null, createdAt: null, ownerId: null, owned: false, visibility: "private", keywords: [] },
        { id: "empty", name: null },
      ]);
    });

    test("loses one image, not the page, when one cannot be read", async () => {
      await using openstack = await startOpenstack();
      openstack.cloud.images = [{ ...glanceImage(2), id: 7 as unknown as string }, glanceImage(1)];

      const { images, rejected } = await listAll(openstack);

      expect(images).toHaveLength(1);
      expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^id: /), id: "7", item: { name: "ubuntu-2" } }]);
    });
  });

  test("reads an image with odd fields as long as its id is read", async () => {
    await using openstack = await startOpenstack();

    const byOddness = await expectOddFieldsRead({
      item: (n) =>
        glanceImage(n, { min_disk: 20, min_ram: 512, tags: ["lts"], os_distro: "ubuntu", visibility: "public" }),
      idField: "id",
      idOf: ({ id }) => String(id),
      list(items) {
        openstack.cloud.intercept = onImages(({ query }) => ({
          json: { images: query.has("os_hidden") ? [] : items },
        }));
        return listAll(openstack);
      },
    });

    const said = [...byOddness].filter(([what]) => what.startsWith("visibility = "));
    expect(new Set(said.map(([, { visibility }]) => visibility))).toEqual(new Set(["private"]));
    expect(byOddness.get("owner = null")?.owned).toBe(false);
  });

  test("reads numbers that are written as text", async () => {
    await using openstack = await startOpenstack();
    openstack.cloud.images = [glanceImage(1, { min_disk: "20", min_ram: "512" })];

    expect((await listAll(openstack)).images[0]?.extra).toMatchObject({ minDisk: 20, minRam: 512 });
  });

  describe("who asks", () => {
    test("is the project that the token is for, and as an administrator another view of it", async () => {
      await using openstack = await startOpenstack();

      expect(await identify(openstack.provider)).toBe(PROJECT_ID);
      openstack.cloud.roles = ["member", "Admin"];
      expect(await identify(openstack.provider)).toBe(`${PROJECT_ID} admin`);
    });

    test("is the domain where the token is for no project", async () => {
      await using openstack = await startOpenstack();
      openstack.cloud.intercept = ({ path }) =>
        path.endsWith("/auth/tokens")
          ? {
              status: 201,
              headers: { "x-subject-token": "t" },
              json: { token: { domain: { id: "d-1" }, catalog: [] } },
            }
          : undefined;

      expect(await identify(openstack.provider)).toBe("d-1");
    });

    test("is not known of a password that is refused", async () => {
      await using openstack = await startOpenstack({ apisecret: "wrong" });

      expect((await failureOf(identify(openstack.provider))).reason).toBe("credentials");
    });
  });

  describe("refusing to go on", () => {
    test.each([
      { what: "wrong credentials", answer: UNAUTHORIZED, reason: "credentials", asked: 1 },
      { what: "a missing permission", answer: { status: 403, json: {} }, reason: "forbidden", asked: 1 },
      { what: "HTML with status 200", answer: { html: "<html>Log in</html>" }, reason: "invalid-answer", asked: 1 },
      { what: "a Keystone that is always busy", answer: { status: 429 }, reason: "throttled", asked: 5 },
      { what: "a Keystone that is broken", answer: { status: 503 }, reason: "invalid-answer", asked: 5 },
    ])("throws for $what", async ({ answer, reason, asked }) => {
      await using openstack = await startOpenstack();
      openstack.cloud.intercept = () => answer;

      const error = await failureOf(listAll(openstack));

      expect(error).toMatchObject({ provider: "openstack", scope: "RegionOne", reason });
      expect(openstack.cloud.requests).toHaveLength(asked);
    });

    test("throws when the image of a marker has vanished again and again", async () => {
      await using openstack = await startOpenstack();
      openstack.offer(5);
      openstack.cloud.intercept = onLaterPage(() => ({ status: 400, html: "<h1>400</h1>Invalid marker" }));

      const error = await failureOf(listAll(openstack));

      expect(error.reason).toBe("invalid-answer");
      expect(error.message).toMatch(/answered 400, .*Invalid marker/);
    });

    test.each(["http://127.0.0.1:9/v2/images?marker=1", "//example.org/v2/images?marker=1", "/v3/else", "http://"])(
      "never follows a next page at %s",
      async (next) => {
        await using openstack = await startOpenstack();
        openstack.offer(1);
        openstack.cloud.intercept = onImages(() => ({ json: { images: [glanceImage(1)], next } }));

        const error = await failureOf(listAll(openstack));

        expect(error.reason).toBe("invalid-answer");
        expect(error.message).toMatch(/next page is/);
        expect(openstack.cloud.requests).toHaveLength(2);
      },
    );

    test("throws for an answer without images", async () => {
      await using openstack = await startOpenstack();
      openstack.cloud.intercept = onImages(() => ({ json: { imges: [] } }));

      const error = await failureOf(listAll(openstack));

      expect(error.reason).toBe("invalid-answer");
      expect(error.message).toMatch(/v2\/images: images: /);
    });

    test("waits as long as a busy Glance asks, and goes on", async () => {
      const waits: number[] = [];
      await using openstack = await startOpenstack({}, "", { sleep: async (ms) => waits.push(ms), random: () => 0 });
      openstack.offer(3);
      let refusals = 2;
      openstack.cloud.intercept = onImages(() =>
        refusals-- > 0 ? { status: 429, headers: { "retry-after": "7" } } : undefined,
      );

      const { images, calls } = await listAll(openstack);

      expect(images).toHaveLength(3);
      expect(waits).toEqual([7000, 7000]);
      expect(calls).toBe(11);
    });

    test("keeps password and token out of every error, its causes included", async () => {
      await using openstack = await startOpenstack();
      openstack.offer(5);
      openstack.cloud.intercept = onImages(({ headers }) => ({
        status: 400,
        json: { echo: [PASSWORD, encodeURIComponent(PASSWORD), headers["x-auth-token"]] },
      }));

      const error = await failureOf(listAll(openstack));

      expect(error.message).toContain("[secret]");
      const said = textOf(error);
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), JSON.stringify(PASSWORD).slice(1, -1), "gAAAAA"]) {
        expect(said).not.toContain(secret);
      }
    });

    test("does not reach for instance credentials, not even when the catalogue says so", async () => {
      await using openstack = await startOpenstack();
      openstack.cloud.intercept = ({ path }) => {
        if (!path.endsWith("/auth/tokens")) return undefined;
        const endpoint = { interface: "public", region: "RegionOne", url: "http://169.254.169.254/" };
        const json = { token: { catalog: [{ type: "image", endpoints: [endpoint] }] } };
        return { status: 201, headers: { "x-subject-token": "some-token" }, json };
      };

      const error = await failureOf(listAll(openstack));

      expect(error.reason).toBe("refused-address");
      expect(error.message).toMatch(/169\.254\.169\.254 is a link-local address/);
    });

    test("does not sign in at a link-local address", async () => {
      const provider = createOpenstackProvider(
        { apiurl: "http://169.254.169.254/", apikey: "a", apisecret: "b" },
        { allowLinkLocal: false },
      );

      const error = await failureOf(listAll({ provider }));

      expect(error.reason).toBe("refused-address");
    });
  });

  test("stops in the middle of a listing when told to", async () => {
    await using openstack = await startOpenstack();
    openstack.offer(5);
    const controller = new AbortController();
    openstack.cloud.intercept = ({ query }) => {
      if (!query.get("marker")) return undefined;
      controller.abort();
      return { hang: true };
    };

    const listing = drainAll(openstack.provider, controller.signal);

    await expect(listing).rejects.toMatchObject({ name: "AbortError", message: expect.stringMatching(/abort/) });
  });

  describe("options", () => {
    const right = { apiurl: "https://keystone.example.org", apikey: "kim", apisecret: "secret" };

    test.each([
      { field: "apiurl", wrong: undefined },
      { field: "apiurl", wrong: "keystone.example.org" },
      { field: "apiurl", wrong: "file:///etc/passwd" },
      { field: "apiurl", wrong: "https://kim:secret@keystone.example.org" },
      { field: "apiurl", wrong: "https://keystone.example.org/?token=secret" },
      { field: "apikey", wrong: undefined },
      { field: "apisecret", wrong: undefined },
    ])("names $field when it is $wrong", ({ field, wrong }) => {
      const create = (): ImageProvider =>
        openstackProvider.create({ ...right, [field]: wrong }, { allowLinkLocal: false });

      expect(create).toThrow(ZodError);
      expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
    });

    test("are enough with address, key and secret", () => {
      const { sources } = openstackProvider.create(right, { allowLinkLocal: false });

      expect(sources).toEqual([{ key: "openstack https://keystone.example.org - own", scope: "own" }]);
    });
  });
});

async function startOpenstack(
  options: Partial<BackendOptions> = {},
  ending = "",
  timing: Partial<HttpTiming> = {},
): Promise<Subject & { cloud: FakeOpenstack }> {
  const cloud = await startFakeOpenstack();
  const provider = createOpenstackProvider(
    {
      apiurl: `${cloud.url}/identity${ending}`,
      apikey: "admin",
      apisecret: PASSWORD,
      tenantName: "admin",
      region: "RegionOne",
      ...options,
    },
    { allowLinkLocal: false },
    { sleep: async () => {}, ...timing },
  );
  return {
    cloud,
    provider,
    offer: (count) => (cloud.images = Array.from({ length: count }, (_, n) => glanceImage(n + 1))),
    breakAfterFirstPage: () => (cloud.intercept = onLaterPage(() => ({ status: 403, json: {} }))),
    cutSecondPage: () => (cloud.intercept = onLaterPage(() => ({ json: { images: [glanceImage(3)] }, cut: true }))),
    insertEmptyPage: () =>
      (cloud.intercept = onLaterPage(({ query }) =>
        query.get("pause") ? undefined : { json: { images: [], next: `/v2/images?${query.toString()}&pause=1` } },
      )),
    repeatPage: () =>
      (cloud.intercept = onImages(({ query }) => ({
        json: { images: [glanceImage(1)], next: `/v2/images?${query.toString()}` },
      }))),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

type Intercept = NonNullable<FakeOpenstack["intercept"]>;

function onImages(answer: Intercept): Intercept {
  return (request) => (request.path.endsWith("/images") ? answer(request) : undefined);
}

function onLaterPage(answer: Intercept): Intercept {
  return (request) => (request.query.get("marker") ? answer(request) : undefined);
}

/** The request in a line, its marker as the image's number. */
function shortly({ method, path, query }: SeenRequest): string {
  const marker = query.get("marker");
  return `${method} ${path}${marker === null ? "" : ` from ${Number(marker.slice(-4))}`}`;
}

async function drainAll(provider: ImageProvider, signal: AbortSignal): Promise<void> {
  const [source] = provider.sources;
  if (!source) throw new Error("the provider has no sources");
  for await (const _ of provider.listImages(source, signal));
}
