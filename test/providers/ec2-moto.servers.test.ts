import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEc2Provider } from "../../src/providers/ec2/provider.ts";
import { needProgram } from "../foreign/need-program.ts";
import { listAll } from "./contract.ts";
import { identify } from "./identify.ts";

const { path: program, isMissing } = needProgram("moto_server");
const KEYS = { apikey: "AKIAIOSFODNN7EXAMPLE", apisecret: "wJalrXUtnFEMI/K7MDENG" };

describe.skipIf(isMissing)("ec2 provider, with moto's EC2 and STS", () => {
  let url = "";
  let stop = async (): Promise<void> => {};

  beforeAll(async () => {
    const child = spawn(program, ["-H", "127.0.0.1", "-p", "0"], { stdio: ["ignore", "pipe", "pipe"] });
    const ended = once(child, "exit");
    stop = async () => void (child.kill(), await ended);
    url = await new Promise<string>((resolve, reject) => {
      let log = "";
      child.stderr.on("data", (chunk: Buffer) => {
        log += chunk.toString();
        const address = /Running on (http:\/\/127\.0\.0\.1:\d+)\s/.exec(log)?.[1];
        if (address !== undefined) resolve(address);
      });
      child.once("exit", () => reject(new Error(`moto ended before it listened: ${log}`)));
    });
  });
  afterAll(() => stop());

  test("lists its public images, as many as moto says there are", async () => {
    const provider = createEc2Provider({ region: "us-east-1", ...KEYS, apiurl: url }, { allowLinkLocal: false });
    const source = provider.sources.find(({ scope }) => scope === "public")!;

    const { images, rejected } = await listAll({ provider, source });

    const all = await fetch(url, {
      method: "POST",
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/ec2/aws4_request" },
      body: new URLSearchParams({ Action: "DescribeImages", Version: "2016-11-15" }),
    }).then((response) => response.text());
    expect(rejected).toEqual([]);
    expect(new Set(images.map(({ id }) => id)).size).toBe(images.length);
    expect(images.length).toBe(new Set(all.match(/<imageId>ami-[^<]+/g)).size);
  });

  test("assumes a role, whose account it then is", async () => {
    const roleArn = "arn:aws:iam::210987654321:role/list-images";
    const limits = { allowLinkLocal: false, ec2Endpoint: url, stsEndpoint: url };
    const provider = createEc2Provider({ region: "us-east-1", ...KEYS, roleArn }, limits);

    expect(await identify(provider)).toBe("210987654321");
    expect((await listAll({ provider, source: provider.sources[1]! })).images.length).toBeGreaterThan(0);
  });
});
