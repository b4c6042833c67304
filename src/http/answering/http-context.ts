import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import type { Record } from "../../record/record.ts";
import type { Log } from "../../log.ts";
import type { ImageSearch } from "../../search/answer/search-images.ts";
import type { Registrar } from "../../sync/register-backend.ts";
import type { SyncService } from "../../sync/sync-service.ts";
import type { TermFinder } from "../../sync/term-finder.ts";
import type { Timetable } from "../../sync/timetable.ts";
import type { WebhookSender } from "../../webhooks/sender.ts";
import type { AnswerBounds } from "../../access/bound-answers.ts";
import type { Places } from "../../access/places.ts";
import type { Node } from "../../sync/follow/node.ts";
import type { TokenKeeper } from "../../access/token-keeper.ts";

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
