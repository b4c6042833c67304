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
  /** Where whole lists, and those who listen to events, have their places. */
  readonly lists: Places;
  readonly listeners: Places;
  /** Answers at a time, if not as many as usual. */
  readonly answers?: Partial<AnswerBounds> | undefined;
  /** Where the server is a node of several; undefined: its file is the record. */
  readonly node?: Pick<Node, "status" | "reached"> | undefined;
  readonly log: Log;
  readonly now: () => string;
  /** Why the process is not ready to answer; empty when it is. */
  readonly notReady: () => readonly string[];
  /** Aborted when the server stops: answers that never end by themselves end then. */
  readonly closing: AbortSignal;
  /** Who may ask. */
  readonly tokens: TokenKeeper;
  /** Requests a minute of each token, or address without one; 0: any number; undefined: the usual. */
  readonly rateLimit: number | undefined;
  /** Pages of these origins may ask. */
  readonly corsOrigins: readonly string[];
  /** Proxies whose word counts for who asks, and by which name and scheme. */
  readonly trustedProxies: readonly string[];
}
