import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "../http/start-server.ts";
import { createWorkplace, type Ended, type Workplace } from "./run-imagedex.ts";

/** Those of the server. */
const SETTINGS = {
  IMAGEDEX_SECRET_KEY: "a passphrase of the tests, long enough to be one",
  IMAGEDEX_SYNC_CRON: "0 0 1 1 *",
  IMAGEDEX_PROBE_INTERVAL: "0",
};

describe("commands that ask the catalogue or a server", () => {
  let server: TestServer;
  let place: Workplace;
  const run = (line: string): Promise<Ended> =>
    place.run(line.split(" "), { ...SETTINGS, IMAGEDEX_DATABASE: server.config.database });
  const atServer = (line: string): Promise<Ended> => run(`${line} --server ${server.server.url}`);

  beforeAll(async () => {
    server = await startServer();
    place = createWorkplace();
    const { catalogue, search } = server.app;
    const [ireland, virginia] = [
      await seedBackend(catalogue, "ireland"),
      await seedBackend(catalogue, "virginia", undefined, "ec2", "us-east-1"),
    ];
    const jammy = { name: "ubuntu-jammy", ownerId: "099720109477", architecture: "arm64", createdAt: "2026-01-01" };
    commitImages(catalogue, ireland, [image("ami-a1", jammy), image("ami-a2", { name: "other" }), image("ami-a3")]);
    commitImages(catalogue, ireland, [image("ami-a1", jammy), image("ami-a2", { name: "other" })]);
    commitImages(catalogue, virginia, [image("ami-b1", jammy)]);
    await search.caughtUp();
  });
  afterAll(async () => {
    place[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });

  test.each([
    "find jammy",
    "find jammy -o csv",
    "find jammy --json",
    "find ubunut",
    "search ireland jammy",
    "search ireland --sort name -o ndjson",
    "changes ireland",
    "changes ireland --kind retired -o csv",
    "facets ireland jammy",
    "facets --all",
    "regions ami-a1",
    "regions ami-a1 --format terraform",
    "images show ami-a1",
    "backends list -o csv",
    "newest ireland jammy",
    "search nowhere x",
    "search irelnad x",
    "changes nowhere",
    "facets nowhere",
    "images show ami-404",
    "search ireland --owner nobody-known x",
  ])("%s answers the same by both", async (line) => {
    const [here, there] = [await run(line), await atServer(line)];

    expect({ ...there, stderr: there.stderr.replaceAll(/\d+ seconds? ago/g, "") }).toEqual({
      ...here,
      stderr: here.stderr.replaceAll(/\d+ seconds? ago/g, ""),
    });
    expect(here.stdout + here.stderr).not.toBe("");
  });

  test("find looks into every backend, and prints what is asked for", async () => {
    expect((await run("find jammy -o id")).stdout).toBe("ami-a1\nami-b1\n");
    expect((await run("find jammy")).stdout).toContain(
      "\tvirginia\tami-b1\tubuntu-jammy\t2026-01-01\tarm64\tCanonical\tus-east-1\n",
    );
    const [line = ""] = (await run("find jammy -o ndjson")).stdout.split("\n");
    expect(JSON.parse(line)).toMatchObject({ backend_id: "ireland", id: "ami-a1" });
    expect((await run("find jammy -o csv")).stdout.split("\n")[0]).toBe("backend_id,star,id,name,extra");
  });

  test("lists are printed in every form, by the names that HTTP has", async () => {
    const changes = JSON.parse((await run("changes ireland --json")).stdout);
    expect(changes).toMatchObject({ changes: [{ kind: "retired", image: { id: "ami-a3" } }], next: null });
    expect((await run("changes ireland -o id")).stdout).toBe("ami-a3\n");
    expect((await run("facets ireland --facet architecture -o csv")).stdout).toContain(
      "facet,value,count\narchitecture,arm64,1\n",
    );
    expect((await run("regions ami-a1 -o ndjson")).stdout).toContain('"region":"us-east-1","image_id":"ami-b1"');
    expect((await run("backends list -o id")).stdout).toBe("ireland\nvirginia\n");
    expect((await run("providers -o id")).stdout).toContain("ec2\n");
    const { sources } = JSON.parse((await run("stats --json")).stdout);
    expect(Object.keys(sources[0]).filter((name) => /[A-Z]/.test(name))).toEqual([]);
  });

  test("a term that finds nothing is corrected on standard error", async () => {
    const { code, stdout, stderr } = await run("search ireland ubunut");

    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toMatch(/^nothing found; did you mean: ubuntu\nno image matches/);
  });

  test("an option that is true or false may stand alone, before or behind a word, and takes no word for its value", async () => {
    const answers = [];
    for (const line of [
      "find --latest jammy -o id",
      "find jammy -o id --latest",
      "find --latest true jammy -o id",
      "find --latest=true jammy -o id",
      "find --latest line jammy -o id",
    ])
      answers.push((await run(line)).stdout);

    expect(answers).toEqual(answers.map(() => "ami-a1\nami-b1\n"));
    expect(await run("find jammy --deprecated no")).toMatchObject({
      code: 2,
      stderr: "imagedex: --deprecated: expected true or false\n",
    });
    expect((await run("find -o id -- --latest")).stdout).toBe("");
  });

  test("a server's backends are added, changed and removed from elsewhere", async () => {
    const add = "backends add --provider ec2 --region eu-west-3 --id paris --profile audit --apiurl http://127.0.0.1:9";
    const added = await atServer(
      "backends add --provider hetzner --apisecret x --apiurl http://127.0.0.1:9 --id paris",
    );
    const twice = await atServer("backends add --provider hetzner --apisecret x --id paris");
    const wrong = await atServer(add.replace("paris", "lyon"));
    const all = await atServer("backends add --provider ec2 --region all --id prod");
    const changed = await atServer("backends update paris --title Paris --disable");
    const listed = await run("backends list -o csv");
    const removed = await atServer("backends remove paris");
    const again = await atServer("backends remove paris");

    expect(added).toEqual({ code: 0, stdout: "paris\n", stderr: "added; the server lists its cloud now\n" });
    expect(twice).toMatchObject({ code: 2, stderr: 'imagedex: id: a backend "paris" exists already\n' });
    expect(wrong).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("profile") });
    expect(all).toMatchObject({ code: 2, stderr: expect.stringContaining("--region all: not with --server") });
    expect(changed).toEqual({ code: 0, stdout: "", stderr: "changed paris\n" });
    expect(listed.stdout).toContain("\nparis,Paris,hetzner,");
    expect(removed).toEqual({ code: 0, stdout: "", stderr: "removed paris\n" });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('no backend "paris"') });
  });

  test("a star is set and taken away, however often, and a wrong id changes nothing", async () => {
    const stars = async (): Promise<string> => (await run("search ireland --starred true -o id")).stdout;

    expect(await run("star ireland ami-404 ami-a2")).toMatchObject({ code: 2 });
    expect(await stars()).toBe("");
    expect(await run("star ireland ami-a2 ami-a2")).toMatchObject({ code: 0, stderr: "ami-a2: starred\n" });
    expect(await run("star ireland ami-a2")).toMatchObject({ code: 0, stderr: "ami-a2: starred already\n" });
    expect(await stars()).toBe("ami-a2\n");
    expect(await atServer("star ireland --remove ami-a2")).toMatchObject({ code: 0, stderr: "ami-a2: star removed\n" });
    expect(await run("star ireland --remove ami-a2")).toMatchObject({ code: 0, stderr: "ami-a2: had no star\n" });
    expect(await stars()).toBe("");
  });

  test.each([
    ["find --limit 0 x", "--limit 0: expected a whole number from 1 to 10000"],
    ["find -o yaml x", "Allowed choices are table, json, csv, ndjson, id"],
    ["find --json -o csv x", "--json and --output csv: choose one"],
    ["find --created-after never x", "--created-after: expected an ISO 8601 date"],
    ["find --offset 5 x", "unknown option '--offset'"],
    ["changes ireland --since yesterday", "--since: expected a change's id, or an ISO 8601 date"],
    ["changes ireland --limit 1001", "--limit 1001: expected a whole number from 1 to 1000"],
    ["facets", "expected the id of a backend, or --all"],
    ["facets ireland --facet color", "Allowed choices are architecture"],
    ["regions ami-a1 --format hcl", "Allowed choices are terraform, cloudformation"],
    ["regions ami-a1 --format terraform -o csv", "--format and --output csv: choose one"],
    ["star ireland", "missing required argument 'image'"],
    ["find --server nowhere x", "--server nowhere: expected a URL"],
    ["backends update ireland", "expected at least one option that changes something"],
    ["backends update nowhere --disable", 'no backend "nowhere"'],
    ["backends update ireland --enable --disable", "--enable and --disable: choose one"],
    ["backends update ireland --clear profile --profile x", "--clear profile: this command also sets it"],
    ["backends update ireland --poll-interval soon", "--poll-interval: "],
    ["backends check nowhere", 'no backend "nowhere"'],
    ["backends check irelnad", 'no backend "irelnad"; did you mean "ireland"?'],
    ["sync Ireland", 'no backend "Ireland"; did you mean "ireland"?'],
    ["backends remove iceland", 'no backend "iceland"; did you mean "ireland"?'],
    ["newest irelnad x", 'no backend "irelnad"; did you mean "ireland"?'],
    ["search ubuntu jammy", 'no backend "ubuntu"; to search all backends: imagedex find ubuntu jammy'],
    ["changes ireland --kind adedd", "--kind: expected one or more of added, changed, retired, returned"],
  ])("%s is wrong use, in one sentence", async (line, message) => {
    const { code, stdout, stderr } = await run(line);

    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
  });
});
