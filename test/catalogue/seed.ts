import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalRecord } from "../../src/record/record.ts";
import { type Backend, fingerprintOf, getBackend } from "../../src/record/backends.ts";
import { bindSources } from "../../src/record/bindings.ts";
import { commitListing, type CommitCounts } from "../../src/catalogue/listing/commit-listing.ts";
import { type Catalogue, openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun } from "../../src/record/runs.ts";
import { createSecretBox } from "../../src/catalogue/file/secret-box.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { stageListing } from "../../src/catalogue/listing/stage-listing.ts";
import { write } from "../../src/catalogue/file/write.ts";
import type { MachineImage } from "../../src/image.ts";

export const NOW = "2026-11-01T12:00:00.000Z";
/** What seeded backends are sealed with. */
export const SECRET_KEY = "a passphrase of the tests, long enough to be one";
const box = createSecretBox(SECRET_KEY);

/** A catalogue in a folder of its own, which goes with it. */
export function openTemporaryCatalogue(): Catalogue {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-test-"));
  const catalogue = openCatalogue(join(folder, "imagedex.db"));
  return {
    ...catalogue,
    [Symbol.dispose]() {
      catalogue[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A stored backend that shows these sources. */
export async function seedBackend(
  catalogue: Catalogue,
  id: string,
  sources: { key: string; scope: "public" | "own" }[] = [{ key: `ec2 ${id} public`, scope: "public" }],
  provider = "ec2",
  region = "eu-west-1",
  createdAt = NOW,
): Promise<Backend> {
  const plain = {
    region,
    apiurl: null,
    tenantName: null,
    roleArn: null,
    externalId: null,
    profile: null,
    interface: null,
    caCert: null,
    changedAt: null,
    enabled: true,
    pollInterval: null,
    createdAt,
  };
  const secrets = { apikey: `key of ${id}`, apisecret: null };
  const backend = { id, title: id, provider, ...plain, ...secrets };
  await createLocalRecord(catalogue).saveBackend(backend, sources, { box, now: NOW });
  // As the first listing does: an own source is of an account.
  const wanted = sources.map(({ key, scope }) => ({ place: key, scope, account: scope === "own" ? id : null }));
  const credentials = fingerprintOf(backend, box);
  await write(catalogue, () => bindSources(catalogue, { id, provider, credentials }, wanted, NOW));
  return getBackend(catalogue, id);
}

/** Makes `images` the whole of a backend's source (by default its first). */
export function commitImages(
  catalogue: Catalogue,
  backend: Backend,
  images: readonly MachineImage[],
  { at = 0, now = NOW }: { at?: number; now?: string } = {},
): CommitCounts {
  const source = sourcesOf(catalogue, backend.id)[at];
  if (!source) throw new Error(`backend ${backend.id} has no source ${at}`);
  const connection = openCatalogue(catalogue.file);
  try {
    const stage = stageListing(connection, source);
    stage.add(images);
    return commitListing(stage, { now: () => now, retire: true, runId: insertRun(connection, source.id, now) });
  } finally {
    connection[Symbol.dispose]();
  }
}

/** An image with the fields that matter to a test. */
export function image(id: string, fields: Partial<MachineImage> = {}): MachineImage {
  return {
    id,
    name: `image ${id}`,
    description: null,
    ownerId: "123456789012",
    ownerAlias: null,
    platform: null,
    architecture: "x86_64",
    visibility: "public",
    owned: false,
    createdAt: "2026-01-02T03:04:05.000Z",
    deprecatedAt: null,
    keywords: [],
    extra: { state: "available" },
    ...fields,
  };
}
