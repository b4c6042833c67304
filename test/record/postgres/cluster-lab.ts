import { setTimeout as delay } from "node:timers/promises";
import { isOutOfReach } from "../../../src/record/postgres/connect.ts";
import { openNodeHouse } from "../../../src/sync/follow/node-house.ts";
import type { SyncHouse } from "../../../src/sync/sync-house.ts";
import type { SyncOutcome } from "../../../src/sync/sync-source-options.ts";
import { syncSource } from "../../../src/sync/sync-source.ts";
import type { NewBackend } from "../../../src/record/backends.ts";
import type { RunKind } from "../../../src/record/runs.ts";
import { sourcesOf } from "../../../src/record/sources.ts";
import { readPosition } from "../../../src/record/postgres/read-record.ts";
import { waitForPosition } from "../../../src/record/postgres/postgres-record.ts";
import { checkIndex } from "../../../src/catalogue/index/check-index.ts";
import { createSecretBox } from "../../../src/catalogue/file/secret-box.ts";
import { createLog } from "../../../src/log.ts";
import type { MachineImage } from "../../../src/image.ts";
import type { ImagePage, ImageProvider } from "../../../src/providers/provider.ts";
import { type BareNode, KEY, type NodeLabOptions, openBareNode } from "./postgres-lab.ts";

/** A node that lists, too. */
export interface ListingNode extends BareNode {
  readonly house: SyncHouse;
  /** Adds a backend with one public source of this name. */
  addBackend(id: string): Promise<void>;
  /** Lists a backend's source; `whileListing` runs before its last page is there. */
  list(backend: string, images: readonly MachineImage[], options?: ListOptions): Promise<SyncOutcome>;
}

export interface ListOptions {
  readonly kind?: RunKind;
  readonly acceptShrink?: boolean;
  readonly whileListing?: () => Promise<void>;
  readonly now?: () => string;
  /** What the cloud's items are known by, by id of the image. */
  readonly fingerprints?: ReadonlyMap<string, string>;
}

const box = createSecretBox(KEY);
const NOTHING = { tenantName: null, roleArn: null, externalId: null, profile: null, interface: null, caCert: null };

export async function openListingNode(url: string, options: NodeLabOptions = {}): Promise<ListingNode> {
  const node = await openBareNode(url, options);
  const house = openNodeHouse(node.file, { url, format: node.opened.format });
  const now = (): string => new Date().toISOString();
  return {
    ...node,
    house,
    async addBackend(id) {
      const plain = { region: "eu-west-1", apiurl: null, enabled: true, pollInterval: null, createdAt: now() };
      const backend: NewBackend = {
        id,
        title: id,
        provider: "ec2",
        ...NOTHING,
        ...plain,
        changedAt: null,
        apikey: null,
        apisecret: null,
      };
      await node.record.saveBackend(backend, [{ key: `ec2 ${id} public`, scope: "public" }], { box, now: now() });
    },
    async list(
      backend,
      images,
      { kind = "full", acceptShrink = true, whileListing, now: clock = now, fingerprints } = {},
    ) {
      const [source] = sourcesOf(node.catalogue, backend);
      if (!source) throw new Error(`${backend} has no source`);
      const interrupted = { state: "failed", code: "interrupted", error: "interrupted" } as const;
      const runId = await node.record.queueRun({ sourceId: source.id, kind, now: now(), interrupted });
      return syncSource({
        file: node.file,
        recordOf: house.recordOf,
        store: house.store,
        runId,
        kind,
        sourceId: source.id,
        providers: [
          providerOf(source.key, { images: [...images], ...(fingerprints && { fingerprints }) }, whileListing),
        ],
        limits: { maxShrink: 0.2, acceptShrink },
        signal: new AbortController().signal,
        now: clock,
        log: createLog("silent"),
      });
    },
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]();
      await node[Symbol.asyncDispose]();
    },
  };
}

function providerOf(
  key: string,
  page: Pick<ImagePage, "images" | "fingerprints">,
  wait?: () => Promise<void>,
): ImageProvider {
  async function* list(): AsyncGenerator<ImagePage> {
    yield { ...page, rejected: [], calls: 1 };
    await wait?.();
    yield { images: [], rejected: [], calls: 1 };
  }
  return { name: "ec2", sources: [{ key, scope: "public" }], listImages: list, probeImages: list };
}

/** What every node must have alike: rows of images by id, the journal, and all settings. */
export function contentsOf({ catalogue: { sqlite } }: Pick<BareNode, "catalogue">): Record<string, unknown> {
  const all = (select: string): unknown[] => sqlite.prepare(select).raw().all();
  return {
    images: all(
      `SELECT i.source_id, image_id, digest, i.name, trust, latest, first_seen, last_seen, retired_at, position IS NULL, f.name, f.owner_id
       FROM images i JOIN families f ON f.id = i.family_id ORDER BY 1, 2`,
    ),
    sources: all(
      "SELECT id, key, revision, image_count, synced_at, probed_at, changed_at, shrunk_listings FROM sources ORDER BY id",
    ),
    absent: all("SELECT a.source_id, image_id FROM absent_images a JOIN images i ON i.id = a.id ORDER BY 1, 2"),
    journal: all("SELECT id, source_id, run_id, at, image_id, kind, fields FROM image_changes ORDER BY id"),
    backends: all("SELECT id, title, stars_revision FROM backends ORDER BY id"),
    stars: all("SELECT backend_id, image_id FROM stars ORDER BY 1, 2"),
    shown: all("SELECT backend_id, source_id, precedence FROM backend_sources ORDER BY 1, 2"),
    runs: all("SELECT * FROM runs ORDER BY id"),
  };
}

/** What is wrong with a node's search index; empty when nothing is. */
export function indexTroubles({ catalogue: { sqlite } }: Pick<BareNode, "catalogue">): unknown[] {
  const ids = sqlite.prepare<[], number>("SELECT id FROM sources").pluck().all();
  return ids.flatMap((id) => checkIndex(sqlite, id, 3).troubles);
}

/** Waits until a node's file is as new as the record is now. */
export async function catchUp(nodes: readonly BareNode[]): Promise<void> {
  const [first] = nodes;
  if (!first) return;
  // A connection that is just being ended answers nothing; the next one does.
  const read = async (): Promise<number> => (await readPosition(first.link)).position;
  const position = await read().catch(async (error: unknown) => {
    if (!isOutOfReach(error)) throw error;
    await delay(200);
    return await read();
  });
  for (const node of nodes) await waitForPosition(node.catalogue, position, 20_000);
}
