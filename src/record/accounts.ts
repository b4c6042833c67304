import { eq } from "drizzle-orm";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { accounts } from "../catalogue/file/settings-schema.ts";

/** The account that a cloud named for credentials with this fingerprint. */
export function provenAccount({ orm }: Catalogue, credentials: string): string | undefined {
  return orm.select().from(accounts).where(eq(accounts.credentials, credentials)).get()?.account;
}

/** Notes the account that a cloud named. Call inside `write`. */
export function noteAccount({ orm }: Catalogue, credentials: string, account: string, now: string): void {
  const row = { credentials, account, provenAt: now };
  orm.insert(accounts).values(row).onConflictDoUpdate({ target: accounts.credentials, set: row }).run();
}
