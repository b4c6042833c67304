import { beforeEach, afterEach, describe, expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import { noteAccount, provenAccount } from "../../src/record/accounts.ts";
import { type Backend, getBackend, type NewBackend } from "../../src/record/backends.ts";
import { bindSources, fingerprintAccount } from "../../src/record/bindings.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { hasPrunable, pruneSources } from "../../src/catalogue/listing/prune-sources.ts";
import { createSecretBox } from "../../src/catalogue/file/secret-box.ts";
import { backendsOfSource, orphanSources, type Source, sourcesOf } from "../../src/record/sources.ts";
import { write } from "../../src/catalogue/file/write.ts";
import { commitImages, image, NOW, openTemporaryCatalogue } from "./seed.ts";

const box = createSecretBox("a passphrase of the tests, long enough to be one");
const PLACES = [
  { key: "sky own", scope: "own" as const },
  { key: "sky public", scope: "public" as const },
];

let catalogue: Catalogue;

beforeEach(() => {
  catalogue = openTemporaryCatalogue();
});
afterEach(() => catalogue[Symbol.dispose]());

describe("a backend's own source", () => {
  test("is of no account before the first listing, and then of that one", async () => {
    await save("x", "key of A");
    expect(ownSource("x")).toMatchObject({ account: null, revision: 0 });

    await list("x", "A");

    expect(ownSource("x")).toMatchObject({ key: "sky own A", account: "A", place: "sky own" });
  });

  test("keeps its id when its account becomes known", async () => {
    await save("x", "key of A");
    const before = ownSource("x").id;
    await list("x", fingerprintAccount(credentialsOf("x")));
    expect(ownSource("x").id).toBe(before);

    await list("x", "A");

    expect(ownSource("x")).toMatchObject({ id: before, key: "sky own A" });
  });

  test("is shared by backends of one account, and by no other", async () => {
    for (const [id, account] of [
      ["x", "A"],
      ["y", "A"],
      ["z", "B"],
    ] as const) {
      await save(id, `key of ${id}`);
      await list(id, account);
    }

    expect(ownSource("y").id).toBe(ownSource("x").id);
    expect(ownSource("z").id).not.toBe(ownSource("x").id);
  });

  test("is another one, never listed, from the transaction on that changes the credentials", async () => {
    await save("x", "key of A");
    await list("x", "A");
    const before = ownSource("x");

    await save("x", "key of B");

    expect(ownSource("x")).toMatchObject({ account: null, revision: 0 });
    expect(ownSource("x").id).not.toBe(before.id);
    expect(orphanSources(catalogue)).toEqual([]);
  });

  test.each(["region", "apiurl", "tenantName", "apisecret", "provider"] as const)(
    "is another one when %s is changed",
    async (field) => {
      await save("x", "key of A");
      await list("x", "A");
      const before = ownSource("x").id;

      await save("x", "key of A", { [field]: "other" });

      expect(ownSource("x").id).not.toBe(before);
    },
  );

  test("stays when only the title, the interval or the switch is changed", async () => {
    await save("x", "key of A");
    await list("x", "A");
    const before = ownSource("x");

    await save("x", "key of A", { title: "other", pollInterval: 60, enabled: false });

    expect(ownSource("x")).toEqual(before);
  });
});

describe("a hidden view", () => {
  test("comes back whole when the same account is named again", async () => {
    await save("x", "key of A");
    await list("x", "A");
    const before = ownSource("x");
    await save("x", "another key of A");

    await bind("x", "A");

    expect(ownSource("x")).toEqual(before);
  });

  test("goes when the own listing of another account is committed", async () => {
    await save("x", "key of A");
    await list("x", "A");
    const before = ownSource("x");
    await save("x", "key of B");
    await bind("x", "B");
    expect(orphanSources(catalogue)).not.toContain(before.id);

    commit("x");

    expect(orphanSources(catalogue)).toContain(before.id);
  });

  test("stays while only the public source is listed", async () => {
    await save("x", "key of A");
    await list("x", "A");
    const before = ownSource("x");
    await save("x", "key of B");

    commitImages(catalogue, getBackend(catalogue, "x"), [image("base")], { at: 1 });

    expect(orphanSources(catalogue)).not.toContain(before.id);
  });

  test("goes after seven days, and not before", async () => {
    await save("x", "key of A");
    await list("x", "A");
    const before = ownSource("x");
    await save("x", "key of B");
    const after = (days: number): string => new Date(Date.parse(NOW) + days * 86_400_000).toISOString();

    expect(hasPrunable(catalogue, after(7))).toBe(false);
    expect(hasPrunable(catalogue, after(7.01))).toBe(true);
    await createLocalRecord(catalogue).expireHeldViews(after(7.01));
    await pruneSources(catalogue);

    expect(idsInFile()).not.toContain(before.id);
  });

  test("does not come back after seven days, though nobody removed it yet", async () => {
    await save("x", "key of A");
    await list("x", "A");
    const before = ownSource("x");
    await save("x", "another key of A");

    await bind("x", "A", new Date(Date.parse(NOW) + 7.01 * 86_400_000).toISOString());

    expect(ownSource("x")).toMatchObject({ key: "sky own A", revision: 0 });
    expect(ownSource("x").id).not.toBe(before.id);
  });

  test("goes at once with its backend, and never comes back under its id", async () => {
    await save("x", "key of A");
    await list("x", "A");
    const before = ownSource("x");
    await createLocalRecord(catalogue).deleteBackend("x");

    await save("x", "key of A");
    await bind("x", "A");

    expect(ownSource("x")).toMatchObject({ key: "sky own A", revision: 0 });
    expect(ownSource("x").id).not.toBe(before.id);
  });

  test("is none where nothing was listed", async () => {
    await save("x", "key of A");
    await save("x", "key of B");

    expect(orphanSources(catalogue)).toHaveLength(1);
  });
});

test("no source has an id that one before it had", async () => {
  const ids: number[] = [];
  for (let n = 0; n < 4; n++) {
    await save("x", `key ${n}`);
    ids.push(...sourcesOf(catalogue, "x").map(({ id }) => id));
    await createLocalRecord(catalogue).deleteBackend("x");
    await createLocalRecord(catalogue).expireHeldViews(NOW);
    await pruneSources(catalogue);
  }
  expect(new Set(ids).size).toBe(ids.length);
});

test("families go with the last image of a removed source", async () => {
  await save("x", "key of A");
  await list("x", "A");
  expect(familyNames()).not.toEqual([]);
  await createLocalRecord(catalogue).deleteBackend("x");

  await createLocalRecord(catalogue).expireHeldViews(NOW);
  await pruneSources(catalogue);

  expect(familyNames()).toEqual([]);
});

test("only the credentials of enabled backends list a shared source", async () => {
  await save("x", "key of A");
  await save("y", "key of B", { enabled: false });
  const [, shared] = sourcesOf(catalogue, "y");

  expect(backendsOfSource(catalogue, shared?.id ?? 0)).toEqual(["x"]);
});

test("an account is known by the credentials that it was named for", async () => {
  await write(catalogue, () => noteAccount(catalogue, "fingerprint", "A", NOW));
  await write(catalogue, () => noteAccount(catalogue, "fingerprint", "B", NOW));

  expect(provenAccount(catalogue, "fingerprint")).toBe("B");
  expect(provenAccount(catalogue, "other")).toBeUndefined();
});

async function save(id: string, apikey: string, fields: Partial<NewBackend> = {}): Promise<void> {
  const backend = {
    id,
    title: id,
    provider: "sky",
    region: null,
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
    createdAt: NOW,
    apikey,
    apisecret: null,
    ...fields,
  };
  await createLocalRecord(catalogue).saveBackend(backend, PLACES, { box, now: NOW });
}

/** What a sync does: finds out the account, and commits what it has. */
async function list(id: string, account: string): Promise<void> {
  await bind(id, account);
  commit(id);
}

async function bind(id: string, account: string, now = NOW): Promise<void> {
  const { provider }: Backend = getBackend(catalogue, id);
  const wanted = PLACES.map(({ key: place, scope }) => ({ place, scope, account: scope === "own" ? account : null }));
  await write(catalogue, () => bindSources(catalogue, { id, provider, credentials: credentialsOf(id) }, wanted, now));
}

function commit(id: string): void {
  commitImages(catalogue, getBackend(catalogue, id), [image(`of ${id}`, { visibility: "private", owned: true })]);
}

function ownSource(id: string): Source {
  const source = sourcesOf(catalogue, id).find(({ scope }) => scope === "own");
  if (!source) throw new Error(`${id} has no own source`);
  return source;
}

function credentialsOf(id: string): string {
  return String(catalogue.sqlite.prepare("SELECT credentials FROM backends WHERE id = ?").pluck().get(id));
}

function idsInFile(): unknown[] {
  return catalogue.sqlite.prepare("SELECT id FROM sources").pluck().all();
}

function familyNames(): unknown[] {
  return catalogue.sqlite.prepare("SELECT name FROM families").pluck().all();
}
