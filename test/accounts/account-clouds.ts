import { type FakeEc2, startFakeEc2 } from "../fakes/ec2.ts";
import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "../fakes/json-server.ts";

/** The accounts of the clouds. Each names its private images after itself, so that a leak is seen wherever it is. */
export const ACCOUNTS = ["apple", "birch", "cedar"] as const;
export type Account = (typeof ACCOUNTS)[number];

/** A word that stands in every private image of an account, and nowhere else. */
function secretOf(account: Account): string {
  return `zq${account}zq`;
}

/** The accounts whose private images a text tells of. */
export function accountsIn(text: string): Account[] {
  return ACCOUNTS.filter((account) => text.includes(secretOf(account)));
}

export interface AccountClouds extends AsyncDisposable {
  /** Numbers of the private images of each account. */
  readonly images: Record<Account, Set<number>>;
  /** The body of a backend with a key of the account. A further `key` of the same account is as good. */
  fields(cloud: "sky" | "ec2", account: Account, key: number, region: string): Record<string, string>;
}

/** Two clouds with the same accounts: one that tells whose a key is, and one that does not, with regions. */
export async function startAccountClouds(): Promise<AccountClouds> {
  const images: AccountClouds["images"] = {
    apple: new Set([1, 2]),
    birch: new Set([1, 2]),
    cedar: new Set([1, 2]),
  };
  const sky = await startSky(images);
  const ec2 = await startEc2(images);
  return {
    images,
    fields(cloud, account, key, region) {
      const name = `${account}-${key}`;
      return cloud === "sky"
        ? { provider: "digitalocean", apiurl: sky.url, apisecret: name }
        : { provider: "ec2", apiurl: ec2.url, region, apikey: name, apisecret: "secret" };
    },
    async [Symbol.asyncDispose]() {
      await sky[Symbol.asyncDispose]();
      await ec2[Symbol.asyncDispose]();
    },
  };
}

export function imageId(cloud: "sky" | "ec2", account: Account, n: number, region: string): string {
  const at = ACCOUNTS.indexOf(account) * 1000 + n;
  return cloud === "sky" ? String(at) : `ami-${region.slice(-1)}${String(at).padStart(7, "0")}`;
}

function accountOf(key: string): Account | undefined {
  return ACCOUNTS.find((account) => key.startsWith(`${account}-`));
}

async function startSky(images: AccountClouds["images"]): Promise<JsonServer> {
  return startJsonServer((request: SeenRequest): FakeAnswer => {
    const account = accountOf((request.headers.authorization ?? "").replace("Bearer ", ""));
    if (!account) return { status: 401, json: { id: "Unauthorized", message: "no" } };
    if (request.path === "/v2/account")
      return { json: { account: { uuid: `user of ${account}`, team: { uuid: account, name: account } } } };
    const all = [
      { id: 9001, name: "base", public: true, slug: "base", status: "available", type: "base", regions: [], tags: [] },
      ...[...images[account]].map((n) => ({
        id: Number(imageId("sky", account, n, "")),
        name: `${secretOf(account)} ${n}`,
        public: false,
        slug: null,
        status: "available",
        type: "snapshot",
        regions: [],
        tags: [],
      })),
    ];
    return { json: { images: all, links: { pages: {} }, meta: { total: all.length } } };
  });
}

async function startEc2(images: AccountClouds["images"]): Promise<FakeEc2> {
  const cloud = await startFakeEc2();
  // Whose key signed it, and for which region, decides what is there.
  cloud.intercept = ({ accessKey, region }) => {
    const account = accountOf(accessKey);
    cloud.images = [{ imageId: "ami-base", imageType: "machine", name: "base", imageOwnerId: "099720109477" }];
    cloud.owned = [...(account ? images[account] : [])].map((n) => ({
      imageId: imageId("ec2", account ?? "apple", n, region),
      imageType: "machine",
      name: `${secretOf(account ?? "apple")} ${n}`,
      imageOwnerId: account ?? "",
    }));
    return undefined;
  };
  return cloud;
}
