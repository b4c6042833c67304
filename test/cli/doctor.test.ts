import { chmodSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { startJsonServer } from "../fakes/json-server.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import { createWorkplace, type Ended, type Workplace } from "./run-imagedex.ts";

interface Finding {
  readonly check: string;
  readonly state: string;
  readonly detail: string;
  readonly advice?: string;
}

describe("the doctor", () => {
  test("finds all well with a backend that is listed", async () => {
    using place = createWorkplace();
    await using endpoint = await spawnEndpoint({ count: "500", region: "us-east-1" });
    const { url, accessKeyId, secretAccessKey } = endpoint;
    await addEc2(place, "one", url, accessKeyId, secretAccessKey);
    expect((await place.run(["sync", "one"])).code).toBe(0);

    const { code, findings } = await examine(place);

    expect(findings.map(({ check, state }) => [check, state])).toEqual([
      ["Node.js", "ok"],
      ["settings", "ok"],
      ["disk", "ok"],
      ["database", "ok"],
      ["secret key", "ok"],
      ["backend one", "ok"],
      ["listings of one", "ok"],
      ["clock", "ok"],
    ]);
    expect(find(findings, "database").detail).toMatch(/: 5\d\d images, /);
    expect(find(findings, "backend one").detail).toBe("2 sources can be listed");
    expect(find(findings, "clock").detail).toMatch(/^\d+ s (ahead of|behind) 127\.0\.0\.1:\d+$/);
    expect(code).toBe(0);
  });

  test("says which credentials a cloud refuses, and that nothing was listed", async () => {
    using place = createWorkplace();
    await using endpoint = await spawnEndpoint({ count: "10", region: "us-east-1" });
    await addEc2(place, "one", endpoint.url, endpoint.accessKeyId, "a-secret-that-is-not-theirs");

    const { code, findings } = await examine(place);

    expect(find(findings, "backend one")).toMatchObject({
      state: "fail",
      advice: expect.stringContaining("credentials"),
    });
    expect(find(findings, "listings of one")).toMatchObject({ state: "warn", advice: "run: imagedex sync one" });
    expect(code).toBe(1);
  });

  test("says that a cloud cannot be reached, or is an hour away", async () => {
    using place = createWorkplace();
    await using late = await startJsonServer(() => ({
      status: 401,
      headers: { date: new Date(Date.now() - 3_600_000).toUTCString() },
      body: {},
    }));
    for (const [id, url] of [
      ["gone", "http://127.0.0.1:9"],
      ["late", late.url],
    ] as const)
      await place.run([
        "backends",
        "add",
        "--provider",
        "openstack",
        "--id",
        id,
        "--apiurl",
        url,
        "--apikey",
        "a",
        "--apisecret",
        "b",
      ]);

    const { code, findings } = await examine(place);

    expect(find(findings, "backend gone").detail).toContain("ECONNREFUSED");
    expect(find(findings, "clock")).toMatchObject({
      state: "fail",
      detail: expect.stringMatching(/^36\d\d s ahead of/),
    });
    expect(code).toBe(1);
  });

  test("says that the key is another one, or open to others", async () => {
    using place = createWorkplace();
    await addEc2(place, "one", "http://127.0.0.1:9", "AKIAEXAMPLE", "secret");
    const other = await examine(place, { IMAGEDEX_SECRET_KEY: "another key than the one that sealed them" });
    chmodSync(`${place.database}.key`, 0o644);
    const open = await examine(place);

    expect(find(other.findings, "secret key")).toMatchObject({ state: "fail", detail: expect.stringContaining("one") });
    expect(find(open.findings, "secret key")).toMatchObject({
      state: "warn",
      advice: `chmod 600 ${place.database}.key`,
    });
  });

  test("tells of wrong settings and of a file that cannot be used, instead of ending with them", async () => {
    using place = createWorkplace();
    const settings = await examine(place, { IMAGEDEX_PORT: "many" });
    const file = await examine(place, { IMAGEDEX_DATABASE: place.folder });

    expect(find(settings.findings, "settings")).toMatchObject({
      state: "fail",
      detail: expect.stringContaining("IMAGEDEX_PORT"),
    });
    expect(find(file.findings, "database")).toMatchObject({
      state: "fail",
      detail: expect.stringContaining(place.folder),
    });
    expect([settings.code, file.code]).toEqual([1, 1]);
  });

  test("says how to enable a backend, and how the last sync of another ended", async () => {
    using place = createWorkplace();
    const add = ["backends", "add", "--provider", "simplestreams", "--apiurl", "http://127.0.0.1:1"];
    await place.run([...add, "--id", "quiet"]);
    await place.run(["backends", "update", "quiet", "--disable"]);
    await place.run(["sync", "quiet"]);

    const { findings } = await examine(place);

    expect(find(findings, "backend quiet")).toMatchObject({ advice: "run: imagedex backends update quiet --enable" });
    expect(find(findings, "listings of quiet").detail).toMatch(
      /^last sync failed (\d+ seconds? ago|now): simplestreams/,
    );
  });

  test("prints what to do in words", async () => {
    using place = createWorkplace();
    openCatalogue(place.database)[Symbol.dispose]();
    const { stdout, code } = await place.run(["doctor"]);
    expect(stdout).toMatch(/^Node\.js\tok\tv\d+/);
    expect(stdout).toContain("backends: run: imagedex backends add\n");
    expect(code).toBe(0);
  });
});

async function addEc2(place: Workplace, id: string, url: string, key: string, secret: string): Promise<Ended> {
  const fields = [
    "--provider",
    "ec2",
    "--region",
    "us-east-1",
    "--apiurl",
    url,
    "--apikey",
    key,
    "--apisecret",
    secret,
  ];
  return place.run(["backends", "add", "--id", id, ...fields]);
}

async function examine(
  place: Workplace,
  env: Record<string, string> = {},
): Promise<{ code: number | null; findings: Finding[] }> {
  const { code, stdout } = await place.run(["doctor", "--json"], env);
  return { code, findings: JSON.parse(stdout) };
}

function find(findings: readonly Finding[], name: string): Finding {
  const found = findings.find(({ check }) => check === name);
  if (!found) throw new Error(`nothing was said of ${name}`);
  return found;
}
