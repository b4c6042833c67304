import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { BusyError } from "../../errors.ts";
import { isStillAdmitted, visibleBackends } from "../../access/access.ts";
import { createCatalogueFeed, type CatalogueEvent } from "../answering/catalogue-feed.ts";
import type { SyncService } from "../../sync/sync-service.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { describePath, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";

/** How often to look for news while somebody listens. */
const LOOK_EVERY_MS = 200;
/** A comment now and then keeps proxies from closing the connection, and reveals clients that are gone. */
const HEARTBEAT_MS = 15_000;
/** A client that reads so slowly that more than this waits is disconnected. */
const MAX_WAITING_BYTES = 256 * 1024;
/** `Retry-After` while stopping: by then another server may have taken over. */
const STOPPING_S = 5;
/** A browser that lost the connection comes back after this time. */
const RETRY_MS = 2_000;

const counted = z.int().min(0);
const aboutRun = {
  backends: z.array(z.string()).min(1).meta({ description: "backends that show the source" }),
  run: z.int(),
  source: z.string(),
  kind: z.enum(["full", "probe"]),
};
const news = {
  ProgressNews: z
    .object({
      ...aboutRun,
      phase: z.enum(["queued", "running", "listing", "committing"]),
      listed: counted,
      expected: counted.meta({ description: "number of images in the previous listing; 0 for the first" }),
    })
    .meta({ description: "Data of a `progress` event: how far a sync is." }),
  EndNews: z
    .object({
      ...aboutRun,
      state: z.enum(["complete", "refused", "failed"]),
      error: z.string().nullable(),
      listed: counted,
      added: counted,
      changed: counted,
      retired: counted,
    })
    .meta({ description: "Data of an `end` event: how a sync ended." }),
  CatalogueNews: z.object({ backends: aboutRun.backends }).meta({
    description: "Data of a `catalogue` event: these backends were added, changed or removed, or their images changed.",
  }),
};

export const eventsPath = describePath(
  "/events",
  {
    get: {
      operationId: "followEvents",
      summary: "Streams progress and results of syncs, and changes of the catalogue",
      description:
        "Server-sent events, until one side closes the connection. Their data is JSON: `ProgressNews` for `progress`, `EndNews` for `end` and `CatalogueNews` for `catalogue`.",
      tags: ["Syncs"],
      security: READERS,
      responses: {
        "200": {
          description: "The events.",
          content: {
            "text/event-stream": {
              schema: {
                type: "string",
                contentSchema: { anyOf: Object.keys(news).map((name) => ({ $ref: `#/components/schemas/${name}` })) },
              },
              example: 'retry: 2000\n\nevent: catalogue\ndata: {"backends":["ireland"]}\n\n',
            },
          },
        },
        ...refusals(503),
      },
    },
  },
  news,
);

/** `GET /events`: server-sent events of the backends that the bearer may see; see News. */
export function eventsRouter({ catalogue, sync, closing, tokens, listeners: places, log }: HttpContext): Router {
  const router = Router();
  const listeners = new Set<Response>();
  const feed = createCatalogueFeed(catalogue, sync);
  let watching: Disposable | undefined;

  /** Clients whose token was revoked or has expired are disconnected. */
  const isAdmitted = (res: Response): boolean => {
    if (isStillAdmitted(res, tokens)) return true;
    res.end();
    return false;
  };
  const look = (): void => {
    try {
      const news = feed.next();
      for (const listener of listeners) if (isAdmitted(listener)) tell(listener, news);
    } catch (error) {
      log.error({ err: error }, "catalogue check failed");
    }
  };
  const leave = (res: Response): void => {
    listeners.delete(res);
    if (listeners.size > 0) return;
    watching?.[Symbol.dispose]();
    watching = undefined;
  };
  const join = (res: Response): void => {
    look();
    listeners.add(res);
    tell(res, feed.current());
    watching ??= watch(sync, look);
  };

  router.get(eventsPath.path, async (req: Request, res: Response) => {
    if (closing.aborted) throw new BusyError("the server is stopping", STOPPING_S);
    await places.enter(req, res);
    if (res.destroyed) return;
    res.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    res.flushHeaders();
    if (req.method === "HEAD") return void res.end();
    res.write(`retry: ${RETRY_MS}\n\n`);
    join(res);
    const heart = setInterval(() => isAdmitted(res) && res.write(":\n\n"), HEARTBEAT_MS);
    const end = (): void => void res.end();
    closing.addEventListener("abort", end, { once: true });
    res.once("close", () => {
      closing.removeEventListener("abort", end);
      clearInterval(heart);
      leave(res);
    });
  });
  return router;
}

/** Calls `look` now and then, and at once when a sync of this process is about to end. */
function watch(sync: SyncService, look: () => void): Disposable {
  const timer = setInterval(look, LOOK_EVERY_MS);
  const listening = sync.onChange((event) => {
    if ("outcome" in event || event.phase === "committing") look();
  });
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      listening[Symbol.dispose]();
    },
  };
}

function tell(res: Response, news: readonly CatalogueEvent[]): void {
  for (const { event, backends, about } of news) {
    const visible = visibleBackends(
      res,
      backends.map((id) => ({ id })),
    ).map(({ id }) => id);
    if (visible.length === 0) continue;
    res.write(`event: ${event}\ndata: ${JSON.stringify({ backends: visible, ...about })}\n\n`);
  }
  if (res.writableLength > MAX_WAITING_BYTES) res.destroy();
}
