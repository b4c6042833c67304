import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { z } from "zod";
import { nameSourceLines } from "../../source-lines.ts";
import { churnCatalogue } from "../generate/churn.ts";
import { createCatalogue } from "../generate/catalogue.ts";
import { startEc2Endpoint } from "./ec2-endpoint.ts";
import { inTurn, SIMPLE_FAULTS } from "./faults.ts";
import { createGeneratedRegion } from "../generate/generate-catalogue.ts";

/*
 * The endpoint as a process of its own, so that it shares no event loop with those who measure:
 *
 *   node endpoint-process.ts --count 200000 --seed 1 --region us-east-1,eu-west-1 --port 0
 *
 * Says where it listens in one JSON line, then reads commands from standard input, one JSON object a line:
 * `{"churn":{"share":0.01,"seed":7}}` changes every region and answers with what it did;
 * `{"misbehave":{"nth":5,"faults":["cut"]}}` spoils every fifth request from then on, `"misbehave":null` none. The end
 * of standard input, or of the channel to a parent process, ends it.
 */

nameSourceLines();
const { values } = parseArgs({
  options: {
    count: { type: "string", default: "20000" },
    kernels: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    region: { type: "string", default: "us-east-1" },
    now: { type: "string" },
    today: { type: "string" },
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "0" },
    account: { type: "string", default: "111122223333" },
    owned: { type: "string", default: "40" },
    shared: { type: "string", default: "15" },
    "access-key": { type: "string", default: "AKIADEMODEMODEMODEMO" },
    "secret-key": { type: "string", default: "demo-secret-key" },
    "cache-mb": { type: "string", default: "512" },
    gzip: { type: "boolean", default: false },
  },
});

const whole = z.coerce.number().int().min(0);
const regions = values.region.split(",");
const catalogues = regions.map((region) =>
  createCatalogue(
    createGeneratedRegion({
      region,
      count: whole.parse(values.count),
      kernels: whole.parse(values.kernels),
      seed: whole.parse(values.seed),
      now: values.now,
      today: values.today,
      accounts: [{ id: values.account, owned: whole.parse(values.owned), shared: whole.parse(values.shared) }],
    }),
  ),
);
const key = { id: values["access-key"], secret: values["secret-key"], account: values.account };
const command = z.union([
  z.strictObject({
    churn: z.strictObject({ share: z.number().min(0).max(1), seed: z.number().int(), at: z.iso.datetime().optional() }),
  }),
  z.strictObject({
    misbehave: z
      .strictObject({ nth: z.number().int().min(1), faults: z.array(z.enum(SIMPLE_FAULTS)).min(1) })
      .nullable(),
  }),
]);
void run();

async function run(): Promise<void> {
  const endpoint = await startEc2Endpoint({
    catalogues,
    accessKeys: [key],
    host: values.host,
    port: whole.parse(values.port),
    pageCacheBytes: whole.parse(values["cache-mb"]) * 1024 * 1024,
    readAhead: true,
    gzip: values.gzip,
  });
  say({ url: endpoint.url, regions, accessKeyId: key.id, secretAccessKey: key.secret, account: key.account });
  const commands = createInterface({ input: process.stdin });
  const stop = (): void => {
    commands.close();
    process.stdin.destroy();
    if (process.connected) process.disconnect();
    void endpoint[Symbol.asyncDispose]();
  };
  commands.on("line", (line) => {
    const asked = command.parse(JSON.parse(line));
    if ("churn" in asked) return say({ churn: catalogues.map((catalogue) => churnCatalogue(catalogue, asked.churn)) });
    endpoint.misbehave(asked.misbehave ? inTurn(asked.misbehave.nth, asked.misbehave.faults) : undefined);
    say(asked);
  });
  commands.once("close", stop);
  process.once("disconnect", stop);
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
