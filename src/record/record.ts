import { deleteAccessToken, insertAccessToken, type NewToken, noteTokenUses } from "./access-tokens.ts";
import { noteAccount } from "./accounts.ts";
import { noteFound } from "./asked-terms.ts";
import { deleteBackend, type NewBackend, saveBackend, sealBackend, type SourceName } from "./backends.ts";
import { bindProven, type BoundSources, type ProvenBinding } from "./bindings.ts";
import { expireHeldViews } from "./held-views.ts";
import { type EndedRun, endRun, moveRun, type QueuedRun, queueRun, type RunProgress, updateRun } from "./runs.ts";
import { noteShrunkListing, type ShrunkListings } from "./shrunk-listings.ts";
import { toggleStar } from "./stars.ts";
import {
  advanceWebhook,
  type CursorStep,
  type Delivery,
  insertTest,
  type NewDelivery,
  noteTry,
  type TestDelivery,
  type Tried,
} from "./webhook-deliveries.ts";
import { deleteWebhook, insertWebhook, type NewWebhook, reviveWebhook, sealWebhook, type Webhook } from "./webhooks.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import type { SecretBox } from "../catalogue/file/secret-box.ts";
import { write } from "../catalogue/file/write.ts";

/**
 * Every write of what people and runs decided. Each call is one transaction: when it resolves, whoever reads the catalogue's file
 * sees all of it, and when it rejects, nothing was written. It rejects with BusyError or StorageError where the record cannot be
 * written now. Times are ISO 8601. Images, and what is derived from them, are written by `catalogue/listing`.
 */
export interface Record {
  /** Stars an image or takes its star away; resolves to whether it is starred now. */
  toggleStar(backendId: string, imageId: string, now: string): Promise<boolean>;

  /** Stores a backend, new or changed, and ties it to its sources in order of precedence. */
  saveBackend(
    backend: NewBackend,
    sources: readonly SourceName[],
    sealing: { readonly box: SecretBox; readonly now: string },
  ): Promise<void>;
  /** Removes a backend and what was its own. Rejects with NotFoundError. */
  deleteBackend(id: string): Promise<void>;

  /** Rejects with BadRequestError when the id is taken, and when it is for a backend that there is not. */
  insertAccessToken(token: NewToken): Promise<void>;
  /** Revokes a token. Rejects with NotFoundError. */
  deleteAccessToken(id: string): Promise<void>;
  /** Stores when tokens were last used, by id. */
  noteTokenUses(uses: ReadonlyMap<string, string>): Promise<void>;

  /** Stores a webhook that tells of what is committed from now on. Rejects with NotFoundError without its backend. */
  insertWebhook(webhook: NewWebhook, secret: string, box: SecretBox): Promise<Webhook>;
  /** Removes a webhook, and what waits to be sent to it. Rejects with NotFoundError. */
  deleteWebhook(backendId: string, id: string): Promise<void>;
  /** Enables a webhook, and lets what it could not deliver be tried again. */
  reviveWebhook(id: string, now: string): Promise<void>;
  /** Moves a webhook's cursor on and stores what is to be sent; does nothing when the cursor is not where it was. */
  advanceWebhook(step: CursorStep, delivery: NewDelivery | undefined): Promise<void>;
  /** Notes how a try of a delivery ended. */
  noteTry(delivery: Delivery, tried: Tried): Promise<void>;
  /** Notes a test, which is tried once. Rejects with NotFoundError when the webhook is gone. */
  insertTest(test: TestDelivery): Promise<Delivery>;

  /** Notes a run that waits for its turn; resolves to its id. */
  queueRun(run: QueuedRun): Promise<number>;
  /** Notes how a run goes on. */
  updateRun(id: number, progress: RunProgress): Promise<void>;
  /** Makes a run one of another source. */
  moveRun(id: number, sourceId: number): Promise<void>;
  /** Notes how a run ended, and forgets old runs of its source. */
  endRun(run: EndedRun): Promise<void>;
  /** Notes a refused listing, and by row the present images that it did not have. */
  noteShrunkListing(sourceId: number, shrunk: ShrunkListings, absent: readonly number[]): Promise<void>;
  /** Notes how many images a cloud found for a term. */
  noteFound(sourceId: number, term: string, found: number): Promise<void>;

  /** Notes the account that a cloud named for credentials with this fingerprint. */
  noteAccount(credentials: string, account: string, now: string): Promise<void>;
  /** Makes the sources of an account those of a backend; undefined when the backend was changed meanwhile. */
  bindProven(binding: ProvenBinding): Promise<BoundSources | undefined>;
  /** Gives up the views that were hidden days ago. */
  expireHeldViews(now: string): Promise<void>;
}

/** Runs statements in one transaction of the record, against the catalogue that it hands them, and makes them seen. */
export type Transact = <T>(statements: (catalogue: Catalogue) => T) => Promise<T>;

/** Where the record is the catalogue's own file. */
export function createLocalRecord(catalogue: Catalogue): Record {
  return createRecord((statements) => write(catalogue, () => statements(catalogue)));
}

/** A record whose writes are the same statements, wherever their transactions are made. */
export function createRecord(transact: Transact): Record {
  const inOne =
    <Given extends unknown[], Answer>(statements: (catalogue: Catalogue, ...given: Given) => Answer) =>
    (...given: Given): Promise<Answer> =>
      transact((catalogue) => statements(catalogue, ...given));
  return {
    toggleStar: inOne(toggleStar),
    async saveBackend(backend, sources, { box, now }) {
      const sealed = sealBackend(backend, box);
      await transact((catalogue) => saveBackend(catalogue, sealed, sources, now));
    },
    deleteBackend: inOne(deleteBackend),
    insertAccessToken: inOne(insertAccessToken),
    deleteAccessToken: inOne(deleteAccessToken),
    noteTokenUses: inOne(noteTokenUses),
    async insertWebhook(webhook, secret, box) {
      const sealed = sealWebhook(webhook, secret, box);
      return transact((catalogue) => insertWebhook(catalogue, sealed));
    },
    deleteWebhook: inOne(deleteWebhook),
    reviveWebhook: inOne(reviveWebhook),
    advanceWebhook: inOne(advanceWebhook),
    noteTry: inOne(noteTry),
    insertTest: inOne(insertTest),
    queueRun: inOne(queueRun),
    updateRun: inOne(updateRun),
    moveRun: inOne(moveRun),
    endRun: inOne(endRun),
    noteShrunkListing: inOne(noteShrunkListing),
    noteFound: inOne(noteFound),
    noteAccount: inOne(noteAccount),
    bindProven: inOne(bindProven),
    expireHeldViews: inOne(expireHeldViews),
  };
}
