import { afterEach, expect, test, vi } from "vitest";
import type { App } from "../../src/app.ts";
import { startFakeEc2 } from "../fakes/ec2.ts";
import { startJsonServer } from "../fakes/json-server.ts";
import { openTemporaryCatalogue } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "../http/start-server.ts";

/*
 * Backends whose account is another one at the next listing, though nobody changed a field of theirs.
 */

afterEach(() => vi.unstubAllEnvs());

const APPLE = "111111111111";
const BIRCH = "222222222222";

test.each([
  ["has images", [1, 2], "complete"],
  ["has none", [], "complete"],
] as const)(
  "ambient credentials of another account, which %s, show nothing of the one before while nobody names it",
  async (_what, owned, state) => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "apple");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    using file = openTemporaryCatalogue();
    await using ec2 = await startFakeEc2();
    ec2.intercept = ({ accessKey }) => {
      const [owner, numbers] = accessKey === "apple" ? [APPLE, [1, 2]] : [BIRCH, owned];
      ec2.owned = numbers.map((n) => ({
        imageId: `ami-${accessKey}-${n}`,
        imageType: "machine",
        name: `zq${accessKey}zq ${n}`,
        imageOwnerId: owner,
      }));
      return undefined;
    };
    let answersSts = true;
    await using sts = await startJsonServer(({ headers }) =>
      answersSts
        ? { html: `<Account>${headers.authorization?.includes("=apple/") ? APPLE : BIRCH}</Account>` }
        : { status: 503 },
    );
    const settings = { database: file.file, ec2Endpoint: ec2.url, stsEndpoint: sts.url };
    const ambient = { id: "ambient", provider: "ec2", region: "eu-west-1", enabled: false };
    {
      await using server = await startServer(settings);
      await add(server, ambient);
      await add(server, { ...ambient, id: "keyed", apikey: "apple", apisecret: "secret" });
      for (const id of ["ambient", "keyed"]) await sync(server, id);
      expect(await namesOf(server, "ambient")).toEqual(["zqapplezq 1", "zqapplezq 2"]);
    }

    vi.stubEnv("AWS_ACCESS_KEY_ID", "birch");
    answersSts = false;
    await using server = await startServer(settings);
    await sync(server, "ambient");
    const seen = await everything(server, "ambient");

    expect(seen).not.toContain("apple");
    expect(await namesOf(server, "ambient")).toEqual(owned.map((n) => `zqbirchzq ${n}`));
    expect((await server.ask("/backends/ambient/images")).headers["x-catalogue-state"]).toBe(state);
    expect(await namesOf(server, "keyed")).toEqual(["zqapplezq 1", "zqapplezq 2"]);
    expect(await everything(server, "keyed")).not.toContain("birch");
  },
);

test("backends of one account that are given other keys of it at the same time do not wait for each other", async () => {
  await using sky = await startSky(() => "acme");
  await using server = await startServer();
  const ids = ["a", "b", "c"];
  for (const id of ids) {
    await add(server, { id, provider: "digitalocean", apiurl: sky.url, apisecret: `key-of-${id}` });
    await sync(server, id);
  }
  for (const id of ["a", "b"]) await put(server, id, { apisecret: `another-key-of-${id}` });

  await Promise.all(ids.map((id) => sync(server, id)));

  for (const id of ids) {
    const answer = await server.ask(`/backends/${id}/images`);
    expect([answer.status, answer.headers["x-catalogue-state"]]).toEqual([200, "complete"]);
  }
});

test("backends whose accounts are swapped between two listings do not wait for each other", async () => {
  let isSwapped = false;
  await using sky = await startSky((key) => (key.endsWith("a") === isSwapped ? "apple" : "birch"));
  await using server = await startServer();
  for (const id of ["a", "b"]) {
    await add(server, { id, provider: "digitalocean", apiurl: sky.url, apisecret: `key-of-${id}` });
    await sync(server, id);
  }
  isSwapped = true;

  await Promise.all(["a", "b"].map((id) => sync(server, id)));

  expect(await namesOf(server, "a")).toEqual(["apple"]);
  expect(await namesOf(server, "b")).toEqual(["birch"]);
});

/** A cloud that tells whose a key is, and lists an image with that name. */
function startSky(accountOf: (key: string) => string): ReturnType<typeof startJsonServer> {
  return startJsonServer(({ path, headers }) => {
    const account = accountOf(headers.authorization ?? "");
    if (path === "/v2/account") return { json: { account: { uuid: "user", team: { uuid: account } } } };
    return { json: { images: [{ id: 1, name: account, public: false }], links: { pages: {} }, meta: { total: 1 } } };
  });
}

async function add(server: TestServer, fields: object): Promise<void> {
  const answer = await server.ask("/backends", { method: "POST", body: JSON.stringify(fields) });
  expect(answer.status, answer.text).toBe(201);
}

async function put(server: TestServer, id: string, fields: object): Promise<void> {
  expect((await server.ask(`/backends/${id}`, { method: "PUT", body: JSON.stringify(fields) })).status).toBe(200);
}

async function sync(server: TestServer, id: string): Promise<void> {
  await put(server, id, { enabled: true });
  const { json } = await server.ask(`/backends/${id}/sync`, { method: "POST" });
  await ended(server.app, json);
  await put(server, id, { enabled: false });
}

async function ended({ sync: { finished } }: App, runs: readonly { readonly id: number }[]): Promise<void> {
  await Promise.all(runs.map(({ id }) => finished(id)));
}

async function namesOf(server: TestServer, id: string): Promise<string[]> {
  const { json } = await server.ask(`/backends/${id}/images`);
  return json.map(({ name }: { name: string }) => name).toSorted();
}

async function everything(server: TestServer, id: string): Promise<string> {
  const paths = [
    "images",
    "images?retired=true",
    "images?partial=true",
    "changes",
    "facets",
    "suggestions?search_term=zq",
  ];
  const answers = await Promise.all(paths.map((path) => server.ask(`/backends/${id}/${path}`)));
  return answers.map(({ text }) => text).join("\n");
}
