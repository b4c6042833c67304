import { addBackend } from "../../src/sync/register-backend.ts";
import { type FakeEc2, startFakeEc2 } from "../fakes/ec2.ts";
import { scrape } from "./scrape.ts";
import { startServer, type TestServer } from "./start-server.ts";

/** A server with a backend of a small EC2, `lab`. */
export interface MetricsLab extends AsyncDisposable {
  readonly server: TestServer;
  readonly cloud: FakeEc2;
  /** Labels of the backend's public source. */
  readonly source: string;
  sync(): Promise<void>;
  /** Asks for the metrics; the value of one by its name without `imagedex_` and its labels, in any order. */
  scrape(): Promise<(name: string, labels: string) => number | undefined>;
}

export async function startMetricsLab(): Promise<MetricsLab> {
  const cloud = await startFakeEc2();
  const server = await startServer({}, { patience: { maxAttempts: 2, idleTimeout: 1_500, maxPages: 40 } });
  // Not over HTTP, which would sync it at once.
  await addBackend(server.app.registrar, {
    id: "lab",
    provider: "ec2",
    region: "eu-west-1",
    apiurl: cloud.url,
    apikey: "key",
    apisecret: "secret",
  });
  const [source = ""] = [...(await scrape(server)).text.matchAll(/source="(ec2 eu-west-1 public[^"]*)"/g)].map(
    ([, key]) => key ?? "",
  );
  return {
    server,
    cloud,
    source: `backend="lab",source="${source}"`,
    async sync() {
      const { json: runs } = await server.ask("/backends/lab/sync", { method: "POST" });
      for (const { id } of runs) await server.app.sync.finished(id);
    },
    async scrape() {
      const { values } = await scrape(server);
      return (name, labels) => {
        const sorted = labels.split(/,(?=[a-z_]+=")/).toSorted();
        return values.get(`imagedex_${name}{${sorted.join(",")}}`);
      };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await cloud[Symbol.asyncDispose]();
    },
  };
}
