import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { startFakeHetzner, systemImage, TOKEN } from "../fakes/hetzner.ts";
import { createWorkplace, type Ended, type Workplace } from "./run-imagedex.ts";

const KEYS = "--apikey AKIAIOSFODNN7EXAMPLE --apisecret secret";
const ADD_ALL = `backends add --provider ec2 --region all ${KEYS}`;

test("backends add --region all adds a backend for each region of the account, and leaves what is there", async () => {
  await using cloud = await startRegions();
  using place = createWorkplace();
  const run = runnerOf(place, { AWS_ENDPOINT_URL_EC2: cloud.url });
  await run(`backends add --provider ec2 --region eu-west-1 --id ireland ${KEYS}`);
  await run("backends add --provider ec2 --region us-east-1 --id audit --profile audit");

  const first = await run(`${ADD_ALL} --id prod --title Production`);
  const again = await run(`${ADD_ALL} --id prod`);

  expect(cloud.asked[0]).toMatchObject({ region: "us-east-1", action: "DescribeRegions", all: "true" });
  expect(first).toEqual({
    code: 0,
    stdout: "prod-ap-south-1\nprod-us-east-1\n",
    stderr:
      "added 2 backends; a running server syncs them within a minute, or run: imagedex sync\n" +
      "1 left as it was: ireland (eu-west-1)\nnot enabled for the account: af-south-1\n",
  });
  expect(again).toMatchObject({
    code: 0,
    stdout: "",
    stderr: expect.stringContaining(
      "added 0 backends\n3 left as they were: prod-ap-south-1, ireland (eu-west-1), prod-us-east-1",
    ),
  });
  const listed = await run("backends list");
  expect(listed.stdout).toContain("prod-us-east-1\tProduction us-east-1\tec2\tus-east-1\t");
});

test("--region all asks the region of --via, and adds nothing where the cloud says no", async () => {
  await using cloud = await startRegions();
  using place = createWorkplace();
  const run = runnerOf(place, { AWS_ENDPOINT_URL_EC2: cloud.url });

  await run(`${ADD_ALL} --via cn-north-1`);
  cloud.refuse();
  const refused = await run(`${ADD_ALL} --id other`);

  expect(cloud.asked[0]).toMatchObject({ region: "cn-north-1" });
  expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("needs ec2:DescribeRegions") });
  expect((await run("backends list -o id")).stdout).toBe("ec2-ap-south-1\nec2-eu-west-1\nec2-us-east-1\n");
});

test.each([
  [`${ADD_ALL} --apiurl https://ec2.example.org`, "--region all: not with --apiurl"],
  ["backends add --provider ec2 --region eu-west-1 --via us-east-1", "--via: only with --provider ec2 --region all"],
  [`${ADD_ALL} --profile x`, "profile: expected either a profile or a key pair"],
  [`${ADD_ALL} --via Mars`, "region: expected a region such as eu-west-1"],
])("%s is wrong use", async (line, message) => {
  using place = createWorkplace();

  expect(await runnerOf(place)(line)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(message) });
});

test("backends update changes what is given and empties what is cleared", async () => {
  using place = createWorkplace();
  const run = runnerOf(place);
  await run("backends add --provider ec2 --region eu-west-1 --id ireland --profile audit --poll-interval 600");

  const changed = await run("backends update ireland --title Dublin --disable --clear poll-interval");

  expect(changed).toEqual({ code: 0, stdout: "", stderr: "changed ireland; it is disabled\n" });
  const [backend] = JSON.parse((await run("backends list --json")).stdout);
  expect(backend).toMatchObject({ title: "Dublin", profile: "audit", poll_interval: null, enabled: false });
  expect(await run("backends update ireland --clear region")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("region"),
  });
});

test("backends check tells what a first page holds, and ends with 1 where there is none", async () => {
  await using cloud = await startFakeHetzner();
  cloud.images = [systemImage(1)];
  using place = createWorkplace();
  const run = runnerOf(place);
  const add = `backends add --provider hetzner --apiurl ${cloud.url}`;
  await run(`${add} --id good --apisecret ${TOKEN}`);
  await run(`${add} --id bad --apisecret wrong`);

  const good = await run("backends check good");
  const all = await run("backends check --json");

  expect(good).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^good\thetzner own .*\tok\tno images\ngood\thetzner public .*\tok\t1 image on the first page\n$/,
    ),
  });
  expect(all.code).toBe(1);
  expect(JSON.parse(all.stdout)).toMatchObject([
    { backend_id: "good", images: 0, error: null },
    { backend_id: "good", images: 1, error: null },
    { backend_id: "bad", images: null, error: expect.any(String) },
    { backend_id: "bad", images: null, error: expect.any(String) },
  ]);
});

function runnerOf(place: Workplace, env: Record<string, string> = {}): (line: string) => Promise<Ended> {
  return (line) => place.run(line.split(" "), { AWS_MAX_ATTEMPTS: "1", ...env });
}

interface Regions extends AsyncDisposable {
  readonly url: string;
  readonly asked: { readonly region: string; readonly action: string | null; readonly all: string | null }[];
  refuse(): void;
}

/** An EC2 that tells three regions of the account's and one that is not. */
async function startRegions(): Promise<Regions> {
  const asked: Regions["asked"] = [];
  let refuses = false;
  const region = (name: string, status: string): string =>
    `<item><regionName>${name}</regionName><regionEndpoint>x</regionEndpoint><optInStatus>${status}</optInStatus></item>`;
  const server = createServer((req, res) => {
    void text(req).then((body) => {
      const params = new URLSearchParams(body);
      const named = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(req.headers.authorization ?? "")?.[1] ?? "";
      asked.push({ region: named, action: params.get("Action"), all: params.get("AllRegions") });
      res.writeHead(refuses ? 403 : 200, { "content-type": "text/xml" });
      if (refuses)
        return void res.end(
          "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>",
        );
      const items = ["us-east-1", "eu-west-1"].map((name) => region(name, "opt-in-not-required"));
      const others = region("af-south-1", "not-opted-in") + region("ap-south-1", "opted-in");
      res.end(`<DescribeRegionsResponse><regionInfo>${items.join("")}${others}</regionInfo></DescribeRegionsResponse>`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    asked,
    refuse: () => void (refuses = true),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
