import { closeSync, mkdirSync, openSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { hashToken } from "../../src/access/access-token.ts";
import { commitImages, image, NOW, seedBackend } from "../catalogue/seed.ts";
import { startServer } from "../http/start-server.ts";
import { createWorkplace, type Workplace } from "./run-imagedex.ts";

const CANONICAL = "099720109477";
const [NEW, OLD, GONE, FAKE, DEPRECATED, NEVER] = [
  "ami-0aaaaaaaaaaaaaaa1",
  "ami-0aaaaaaaaaaaaaaa2",
  "ami-0aaaaaaaaaaaaaaa3",
  "ami-0aaaaaaaaaaaaaaa4",
  "ami-0aaaaaaaaaaaaaaa5",
  "ami-0aaaaaaaaaaaaaaa6",
];

let place: Workplace;

beforeAll(async () => {
  place = createWorkplace();
  using catalogue = openCatalogue(place.database);
  await seed(catalogue);
});

afterAll(() => place[Symbol.dispose]());

describe("imagedex audit", () => {
  test("says of every id in files of all kinds what is known", async () => {
    const files = writeExamples();

    const { code, stdout, stderr } = await place.run(["audit", ...files]);

    expect(code).toBe(1);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t").slice(0, 3)),
    ).toEqual([
      ["error", "data.aws_ami.web", "main.tf:1"],
      ["ok", NEW, "main.tf:8"],
      ["note", OLD, "terraform.tfstate:12"],
      ["error", GONE, "template.pkr.hcl:2"],
      ["error", FAKE, "node-class.yaml:5"],
      ["warning", DEPRECATED, "stack.yaml:4"],
      ["warning", NEVER, "hosts.ini:2"],
      ["ok", NEW, "instances.json:6"],
      ["error", GONE, "notes.txt:1"],
    ]);
    expect(stdout).toContain(`${OLD} (jammy-20260101) is 1 build behind; the newest build is ${NEW} (jammy-20260201)`);
    expect(stdout).toContain("looks like an image of Canonical, but belongs to 666666666666");
    expect(stdout).toContain(`has been gone since 2026-11-01`);
    expect(stderr).toBe("6 images in 8 files: 4 errors, 2 warnings, 1 note\n");
  });

  test("ends with 0 where all is well, or nothing is as bad as --fail-on says", async () => {
    const [good, bad] = [write("good.tf", `ami = "${NEW}"`), write("bad.tf", `ami = "${DEPRECATED}"`)];
    const codes = [];
    for (const args of [[good], [good, bad], ["--fail-on", "error", bad], ["--fail-on", "never", bad]])
      codes.push((await place.run(["audit", ...args])).code);
    expect(codes).toEqual([0, 1, 0, 0]);
  });

  test("does not tell of what may be no image and is not known", async () => {
    const file = write("other.yaml", "image: nginx:1.25\nid: 3f2504e0-4f89-41d3-9a0c-0305e82c3301\n");
    expect(await place.run(["audit", file])).toMatchObject({ code: 0, stdout: "" });
  });

  test("writes SARIF as its schema has it", async () => {
    const { code, stdout } = await place.run(["audit", "-o", "sarif", ...writeExamples(), write("a b.bin", "\0")]);

    const log = JSON.parse(stdout);
    expect(faultsOfSarif(log)).toEqual(null);
    expect(code).toBe(1);
    const [run] = log.runs;
    expect(run.results).toHaveLength(7);
    expect(run.results[0]).toMatchObject({
      ruleId: "lookup-without-owner",
      level: "error",
      locations: [
        { physicalLocation: { artifactLocation: { uri: "main.tf" }, region: { startLine: 1, startColumn: 1 } } },
      ],
    });
    expect(run.invocations[0].toolExecutionNotifications).toEqual([
      { level: "note", message: { text: "a b.bin was skipped: not a text" } },
    ]);
    // A schema that takes anything holds nothing.
    expect(faultsOfSarif({ ...log, runs: [{ ...run, results: [{ level: "bad" }] }] })).not.toEqual(null);
  });

  test("writes JSON with all that is known of each image", async () => {
    const { stdout } = await place.run(["audit", "--json", write("one.tf", `ami = "${OLD}"`)]);
    expect(JSON.parse(stdout)).toEqual({
      mentions: [
        {
          file: "one.tf",
          line: 1,
          column: 8,
          image: expect.objectContaining({
            id: OLD,
            status: "known",
            regions: [expect.objectContaining({ region: "us-east-1" })],
          }),
          level: "note",
          findings: [expect.objectContaining({ rule: "image-behind" })],
        },
      ],
      skipped: [],
    });
  });

  test("walks folders, and skips with a word what it cannot read", async () => {
    const folder = join(place.folder, "many");
    for (const one of ["", ".git", "modules"]) mkdirSync(join(folder, one), { recursive: true });
    writeFileSync(join(folder, "main.tf"), `ami = "${NEW}"`);
    writeFileSync(join(folder, "modules", "more.tf"), `ami = "${OLD}"`);
    writeFileSync(join(folder, ".git", "old.tf"), `ami = "${GONE}"`);
    writeFileSync(join(folder, "picture.png"), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1]));
    writeFileSync(join(folder, "wide.json"), Buffer.from(`\ufeff{"ImageId":"${DEPRECATED}"}`, "utf16le"));
    closeSync(openSync(join(folder, "large.log"), "w"));
    truncateSync(join(folder, "large.log"), 100_000_000);

    const { stdout, stderr } = await place.run(["audit", "many"]);

    expect(stdout.match(/ami-\w+(?=\t)/g)).toEqual(expect.arrayContaining([NEW, OLD, DEPRECATED]));
    expect(stdout).not.toContain(GONE);
    expect(stderr).toContain("skipped many/picture.png: not a text");
    expect(stderr).toContain("skipped many/large.log: larger than 32 MB");
    expect(stderr).toContain("3 images in 5 files");
  });

  test("fails when a file cannot be read", async () => {
    symlinkSync("circle.tf", join(place.folder, "circle.tf"));
    expect(await place.run(["audit", "circle.tf"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("skipped circle.tf: cannot be read (ELOOP)"),
    });
  });

  test.each([
    [["audit", "nowhere.tf"], "nowhere.tf: no such file"],
    [["audit", "--server", "ftp://x", "."], "expected a URL"],
    [["audit", "-o", "xml", "."], "table, json, sarif"],
  ])("takes %j for wrong use", async (args, said) => {
    expect(await place.run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
  });
});

describe("with --server", () => {
  const TOKEN = "a-token-for-the-tests";

  test("audit and newest ask a running server, and no catalogue", async () => {
    await using server = await startServer({ tokens: [{ hash: hashToken(TOKEN), scope: "read" }] });
    await seed(server.app.catalogue);
    using elsewhere = createWorkplace();
    writeFileSync(join(elsewhere.folder, "main.tf"), `ami = "${GONE}"\nid = "${NEVER}"`);
    const env = { IMAGEDEX_TOKEN: TOKEN };
    const to = ["--server", server.server.url];

    const audit = await elsewhere.run(["audit", ...to, "main.tf"], env);
    const newest = await elsewhere.run(["newest", ...to, "ireland", "jammy"], env);
    const none = await elsewhere.run(["newest", ...to, "ireland", "nothing-is-called-so"], env);
    const nowhere = await elsewhere.run(["newest", ...to, "nowhere", "jammy"], env);
    const without = await elsewhere.run(["audit", ...to, "main.tf"]);

    expect(audit).toMatchObject({ code: 1, stdout: expect.stringMatching(/^error\tami-\w+3.*\nwarning\tami-\w+6/) });
    expect(newest).toMatchObject({ code: 0, stdout: `${NEW}\n` });
    expect([none.code, nowhere.code]).toEqual([1, 2]);
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining("IMAGEDEX_TOKEN") });
  });

  test("says that nobody answers", async () => {
    const answer = await place.run(["audit", "--server", "http://127.0.0.1:9", write("x.tf", NEW)]);
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining("does not answer") });
  });
});

describe("imagedex newest", () => {
  test("prints the id alone", async () => {
    expect(await place.run(["newest", "ireland", "jammy"])).toEqual({
      code: 0,
      stdout: `${NEW}\n`,
      stderr: "jammy-20260201 (Canonical)\n",
    });
  });

  test.each([
    [["newest", "ireland", "nothing-is-called-so"], 1],
    [["newest", "nowhere", "jammy"], 2],
    [["newest"], 2],
  ])("ends %j with %i", async (args, code) => {
    expect((await place.run(args)).code).toBe(code);
  });
});

async function seed(catalogue: Parameters<typeof seedBackend>[0]): Promise<void> {
  const jammy = (id: string, day: string): ReturnType<typeof image> =>
    image(id, {
      name: `jammy-${day}`,
      ownerId: CANONICAL,
      createdAt: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00.000Z`,
    });
  const ireland = await seedBackend(catalogue, "ireland");
  const present = [
    jammy(NEW, "20260201"),
    jammy(OLD, "20260101"),
    image(FAKE, { name: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20991231", ownerId: "666666666666" }),
    image(DEPRECATED, { name: "noble-20250101", ownerId: CANONICAL, deprecatedAt: "2026-01-01T00:00:00.000Z" }),
  ];
  commitImages(catalogue, ireland, [...present, image(GONE, { name: "focal", ownerId: CANONICAL })], { now: NOW });
  commitImages(catalogue, ireland, present, { now: NOW });
  const virginia = await seedBackend(catalogue, "virginia", undefined, "ec2", "us-east-1");
  commitImages(catalogue, virginia, [jammy("ami-0bbbbbbbbbbbbbbb1", "20260101")]);
}

function write(name: string, text: string): string {
  writeFileSync(join(place.folder, name), text);
  return name;
}

/** One file of each kind that people have. */
function writeExamples(): string[] {
  return [
    write(
      "main.tf",
      `data "aws_ami" "web" {
  most_recent = true
  filter {
    name   = "name"
    values = ["ubuntu/images/*"]
  }
}
resource "aws_instance" "web" { ami = "${NEW}" }
`,
    ),
    write(
      "terraform.tfstate",
      JSON.stringify(
        {
          version: 4,
          resources: [
            {
              mode: "managed",
              type: "aws_instance",
              name: "web",
              instances: [{ attributes: { id: "i-1", ami: OLD } }],
            },
          ],
        },
        null,
        2,
      ),
    ),
    write("template.pkr.hcl", `source "amazon-ebs" "web" {\n  source_ami = "${GONE}"\n}\n`),
    write("node-class.yaml", `kind: EC2NodeClass\nspec:\n  role: nodes\n  amiSelectorTerms:\n    - id: ${FAKE}\n`),
    write(
      "stack.yaml",
      `Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties: { ImageId: ${DEPRECATED} }\n`,
    ),
    write("hosts.ini", `[web]\n10.0.0.1 ami=${NEVER}\n`),
    write("instances.json", JSON.stringify({ Reservations: [{ Instances: [{ ImageId: NEW }] }] }, null, 2)),
    write("notes.txt", `we still run ${GONE}, see arn:aws:ec2:eu-west-1::image/${GONE}`),
  ];
}

const require = createRequire(import.meta.url);

function faultsOfSarif(log: unknown): unknown {
  const folder = join(require.resolve("@microsoft/jest-sarif/package.json"), "..");
  const {
    $schema: _,
    id: __,
    ...schema
  } = JSON.parse(readFileSync(join(folder, "lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"));
  const ajv = new Ajv({ strict: false, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  return validate(log) ? null : validate.errors;
}
