import { createCleartextMessage, generateKey, readPrivateKey, sign } from "openpgp";
import { beforeAll, describe, expect, test } from "vitest";
import { readKeyring } from "../../src/providers/simplestreams/keyring.ts";
import { createSimplestreamsProvider, simplestreamsProvider } from "../../src/providers/simplestreams/provider.ts";
import { ami, awsFile, type FakeStreams, ROOT, startFakeStreams } from "../fakes/simplestreams.ts";
import { listAll } from "./contract.ts";
import { failureOf } from "./failure-of.ts";

const LIMITS = { allowLinkLocal: false };

/** Made by GnuPG 2.2: `gpg --export --armor`, and `gpg --clearsign` of a file. */
const GPG_KEY = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawu15hYJKwYBBAHaRw8BAQdA8dt4iqUi4EZRgKi8coN8Z3ajRvYe1sL/oY0m
dPVg/nO0KlN0cmVhbXMgb2YgdGhlIHRlc3RzIDxzdHJlYW1zQGV4YW1wbGUub3Jn
PoiQBBMWCAA4FiEEEzRbaiQcamDqJk1jmyOLwUHpfKoFAmsLteYCGwMFCwkIBwIG
FQoJCAsCBBYCAwECHgECF4AACgkQmyOLwUHpfKpziwD+IEJLb3LbrnIkLtDVj65G
TTpTI4YI4MZEWtiykLN8AMIBAK+aWpaXS9/bxROuQP533UzljS2VSHsmkGZ/rXgw
CrAH
=g5ht
-----END PGP PUBLIC KEY BLOCK-----`;
const GPG_SIGNED = `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

{
 "format": "index:1.0",
 "index": {}
}
-----BEGIN PGP SIGNATURE-----

iHUEARYIAB0WIQQTNFtqJBxqYOomTWObI4vBQel8qgUCawu15gAKCRCbI4vBQel8
qgmsAP9rwxLJI6WWCSEB3tAF8UKbpLz7d9E8N62UJNEORJR3lwEAlcBIXUgfqHx8
GK+y36+EuYHZJJN0MlETOhqHQ3nmeQo=
=JdNX
-----END PGP SIGNATURE-----`;

/** Whose streams they are, and who would like to be. */
interface Signer {
  readonly publicKey: string;
  sign(text: string): Promise<string>;
}

let owner: Signer;
let stranger: Signer;
beforeAll(async () => {
  [owner, stranger] = await Promise.all([createSigner(), createSigner()]);
});

describe("a keyring", () => {
  test("vouches for what GnuPG signed, and not when a letter of it is another", async () => {
    const keyring = readKeyring(GPG_KEY);

    expect(JSON.parse((await keyring?.verify(GPG_SIGNED)) ?? "")).toEqual({ format: "index:1.0", index: {} });
    await expect(keyring?.verify(GPG_SIGNED.replace("index:1.0", "index:1.1"))).rejects.toThrow("did not match");
    await expect(keyring?.verify("{}")).rejects.toThrow("armored text");
  });

  test("of several keys takes any, whose lines begin with dashes or not", async () => {
    const keyring = readKeyring(`${GPG_KEY}\n${owner.publicKey}`);

    expect(await keyring?.verify(await owner.sign("- a\n-- b"))).toBe("- a\n-- b");
    await expect(keyring?.verify(await stranger.sign("a"))).rejects.toThrow("Could not find signing key");
    expect(readKeyring("ssh-ed25519 AAAA")).toBeUndefined();
  });
});

describe("streams with a keyring", () => {
  test("are read where each file is signed by its key, under signed names", async () => {
    await using cloud = await startSigned(() => owner);

    const { images } = await listAll({ provider: providerOf(cloud, owner.publicKey) });

    expect(images).toHaveLength(1);
    expect(cloud.requests.map(({ path }) => path.replace(ROOT, ""))).toEqual([
      "/streams/v1/index.sjson",
      "/streams/v1/aws.sjson",
    ]);
  });

  test.each(["index", "aws"])("are not where the file %s is signed by somebody else", async (file) => {
    await using cloud = await startSigned((path) => (path.includes(file) ? stranger : owner));
    const provider = providerOf(cloud, owner.publicKey);

    expect((await failureOf(listAll({ provider }))).message).toContain("no key of the keyring signed it");
  });

  test("never falls back to what is not signed", async () => {
    await using cloud = await startFakeStreams();
    cloud.publish("aws", awsFile({ id: ami(1) }));

    await failureOf(listAll({ provider: providerOf(cloud, owner.publicKey) }));

    expect(cloud.requests.every(({ path }) => path.endsWith(".sjson"))).toBe(true);
  });

  test("are a source of their own, by the keys; what is no key is refused by name", () => {
    const keyOf = (apikey?: string): string | undefined =>
      createSimplestreamsProvider({ ...(apikey && { apikey }) }, LIMITS).sources[0]?.key;

    expect(new Set([keyOf(), keyOf(owner.publicKey), keyOf(stranger.publicKey)]).size).toBe(3);
    expect(keyOf(`a comment\n${owner.publicKey}`)).toBe(keyOf(owner.publicKey));
    expect(() => simplestreamsProvider.create({ apikey: "secret" }, LIMITS)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: ["apikey"] })] }),
    );
  });
});

function providerOf(cloud: FakeStreams, apikey: string): ReturnType<typeof createSimplestreamsProvider> {
  return createSimplestreamsProvider({ apiurl: cloud.url + ROOT, apikey }, LIMITS, { sleep: async () => {} });
}

/** A server whose files exist signed, each by whom the test says, under names that the index gives without the `s`. */
async function startSigned(signerOf: (path: string) => Signer): Promise<FakeStreams> {
  const cloud = await startFakeStreams();
  cloud.publish("aws", awsFile({ id: ami(1) }));
  const { index, files } = cloud;
  const signed = new Map<string, string>();
  for (const [path, json] of [
    ["index", { format: "index:1.0", index }],
    ["aws", files["streams/v1/aws.json"]],
  ] as const)
    signed.set(path, await signerOf(path).sign(JSON.stringify(json)));
  cloud.intercept = ({ path }) => {
    const text = signed.get(/(\w+)\.sjson$/.exec(path)?.[1] ?? "");
    return text === undefined ? { status: 404 } : { html: text };
  };
  return cloud;
}

async function createSigner(): Promise<Signer> {
  const { publicKey, privateKey } = await generateKey({ userIDs: [{ name: "streams" }], format: "armored" });
  const signingKeys = await readPrivateKey({ armoredKey: privateKey });
  return {
    publicKey,
    sign: async (text) => sign({ message: await createCleartextMessage({ text }), signingKeys }),
  };
}
