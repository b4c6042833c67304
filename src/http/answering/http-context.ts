import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import type { Record } from "../../record/record.ts";
import type { Log } from "../../log.ts";
import type { ImageSearch } from "../../search/answer/search-images.ts";
import type { Registrar } from "../../sync/register-backend.ts";
import type { SyncService } from "../../sync/sync-service.ts";
import type { TermFinder } from "../../sync/term-finder.ts";
import type { Timetable } from "../../sync/timetable.ts";
import type { WebhookSender } from "../../webhooks/sender.ts";
import type { Store } from "express-rate-limit";
import type { AnswerBounds, DividedAnswers } from "../../access/bound-answers.ts";
import type { EndedSessions } from "../../access/sessions.ts";
import type { Places } from "../../access/places.ts";
import type { Node } from "../../sync/follow/node.ts";
import type { TokenKeeper } from "../../access/token-keeper.ts";

/** What one process of a server must know of the others, to answer as if it were the only one. */
export interface OtherProcesses {
  /** Whether this process syncs. */
  readonly isFirst: boolean;
  counts(what: "requests" | "log-ins"): Store;
  readonly answers: DividedAnswers;
  readonly endedSessions: EndedSessions;
  /** What all processes measure of themselves, as each wrote it. `departed`: of those that have ended, added up. */
  measurements(own: string): Promise<{
    readonly workers: readonly { readonly number: number; readonly measured: string }[];
    readonly departed: readonly string[];
  }>;
  answerMeasured(measure: () => Promise<string>): void;
}

/** What the resources answer from. */
export interface HttpContext {
  readonly catalogue: Catalogue;
  readonly record: Record;
  readonly search: ImageSearch;
  readonly sync: SyncService;
  readonly finder: TermFinder;
  readonly timetable: Timetable;
  readonly registrar: Registrar;
  readonly webhooks: WebhookSender;
  /** The places for whole lists and for event streams. */
  readonly lists: Places;
  readonly listeners: Places;
  /** How many answers at a time, if not the default. */
  readonly answers?: Partial<AnswerBounds> | undefined;
  /** Set if the server is one of several nodes; undefined: its file is the record. */
  readonly node?: Pick<Node, "status" | "reached"> | undefined;
  /** The other processes of this server; undefined: there are none. */
  readonly crew?: OtherProcesses | undefined;
  readonly log: Log;
  readonly now: () => string;
  /** Why the process is not ready to answer; empty when it is. */
  readonly notReady: () => readonly string[];
  /** Aborted when the server stops, to end event streams. */
  readonly closing: AbortSignal;
  /** Who may ask. */
  readonly tokens: TokenKeeper;
  /** Requests a minute for each token, or address without one; 0: no limit; undefined: the default. */
  readonly rateLimit: number | undefined;
  /** Web origins whose pages may send requests. */
  readonly corsOrigins: readonly string[];
  /** Proxies whose X-Forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
}
