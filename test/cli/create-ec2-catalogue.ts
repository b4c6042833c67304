import { spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import { createWorkplace, type Workplace } from "./run-imagedex.ts";

/** A workplace whose backend `cloud` shows a synced EC2 region of 304 public images and 55 of the account's own. */
export async function createEc2Catalogue(): Promise<Workplace> {
  await using endpoint = await spawnEndpoint({ count: "300", region: "eu-west-1" });
  const place = createWorkplace();
  const fields = ["--id", "cloud", "--region", "eu-west-1", "--apiurl", endpoint.url, "--apikey", endpoint.accessKeyId];
  const added = await place.run([
    "backends",
    "add",
    "--provider",
    "ec2",
    ...fields,
    "--apisecret",
    endpoint.secretAccessKey,
  ]);
  const synced = await place.run(["sync", "cloud"]);
  if (added.code !== 0 || synced.code !== 0) throw new Error(`not synced: ${added.stderr}${synced.stderr}`);
  return place;
}
