import { asc, eq } from "drizzle-orm";
import { BadRequestError, NotFoundError } from "../errors.ts";
import { listBackends } from "./backends.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { accessTokens } from "../catalogue/file/settings-schema.ts";

/** A token as it is stored: its hash, and what it lets its bearer do. Times are ISO 8601. */
export interface StoredToken {
  readonly id: string;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  readonly scope: "read" | "admin";
  /** The ids of the backends that it is for; null: all. */
  readonly backends: readonly string[] | null;
  readonly createdAt: string;
  /** From then on it lets nobody in; null: never. */
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

/** A token that is new. */
export type NewToken = Omit<StoredToken, "lastUsedAt">;

/** Throws BadRequestError when its id is taken, and when it is for a backend that there is not. Call inside a transaction. */
export function insertAccessToken(catalogue: Catalogue, token: NewToken): void {
  const { orm } = catalogue;
  if (orm.select().from(accessTokens).where(eq(accessTokens.id, token.id)).get())
    throw new BadRequestError(`id: a token ${JSON.stringify(token.id)} exists already`, "id");
  const known = listBackends(catalogue).map(({ id }) => id);
  const unknown = token.backends?.find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new BadRequestError(
      `backends: no backend ${JSON.stringify(unknown)}; backends: ${known.join(", ") || "none"}`,
      "backends",
    );
  const backends = token.backends && JSON.stringify(token.backends);
  orm
    .insert(accessTokens)
    .values({ ...token, backends })
    .run();
}

/** All tokens, oldest first, those that expired too. */
export function listAccessTokens({ orm }: Catalogue): StoredToken[] {
  const rows = orm.select().from(accessTokens).orderBy(asc(accessTokens.createdAt), asc(accessTokens.id)).all();
  return rows.map(({ backends, ...row }) => ({ ...row, backends: backends === null ? null : readIds(backends) }));
}

function readIds(json: string): string[] {
  const ids: unknown = JSON.parse(json);
  if (!Array.isArray(ids)) throw new Error("access_tokens.backends: expected a JSON array");
  return ids.map(String);
}

/** Throws NotFoundError. Call inside a transaction. */
export function deleteAccessToken({ orm }: Catalogue, id: string): void {
  const { changes } = orm.delete(accessTokens).where(eq(accessTokens.id, id)).run();
  if (changes === 0) throw new NotFoundError(`no token ${JSON.stringify(id)}`);
}

/** Stores when tokens were last used, by id; tokens that no longer exist are skipped. Call inside a transaction. */
export function noteTokenUses({ orm }: Catalogue, uses: ReadonlyMap<string, string>): void {
  for (const [id, lastUsedAt] of uses)
    orm.update(accessTokens).set({ lastUsedAt }).where(eq(accessTokens.id, id)).run();
}
