import { Router, type Request, type Response } from "express";
import { type Backend, deleteBackend, getBackend, listBackends, type Source } from "../catalogue/backends.ts";
import type { Catalogue } from "../catalogue/open-catalogue.ts";
import { lastWarning, runUnderWay } from "../catalogue/runs.ts";
import { checkBackend } from "../sync/check-backend.ts";
import { addBackend, backendFields, changeBackend } from "../sync/register-backend.ts";
import { visibleBackends } from "./access.ts";
import { type CatalogueState, readStatus } from "./catalogue-state.ts";
import type { HttpContext } from "./http-context.ts";
import { readJsonObject } from "./json-body.ts";

/** `GET|POST /backends`, `GET|PUT|DELETE /backends/{id}`. */
export function backendsRouter(context: HttpContext): Router {
  const { catalogue, registrar, sync, log } = context;
  const router = Router();
  const startSync = (backend: Backend): void => {
    if (!backend.enabled) return;
    sync.start(backend).catch((error: unknown) => log.error({ err: error, backend: backend.id }, "sync not started"));
  };
  router
    .route("/backends")
    .get((_req, res) => {
      res.json(visibleBackends(res, listBackends(catalogue)).map((backend) => shownBackend(context, backend)));
    })
    .post(async (req, res) => {
      const backend = await addBackend(registrar, backendFields.parse(readJsonObject(req, EXAMPLE)));
      startSync(backend);
      res
        .status(201)
        .location(`/backends/${encodeURIComponent(backend.id)}`)
        .json(shownBackend(context, backend));
    });
  router.post("/backends/check", async (req, res) => {
    const { id, ...fields } = backendFields.parse(readJsonObject(req, EXAMPLE));
    // A stored backend is changed in the form: what is not given is as it was, secrets too.
    const existing = listBackends(catalogue).find((backend) => backend.id === id);
    const sources = await checkBackend(registrar, fields, existing);
    res.json({ ok: sources.every(({ error }) => error === null), sources });
  });
  router
    .route("/backends/:backend")
    .get((req, res) => {
      res.json(shownBackend(context, getBackend(catalogue, req.params.backend)));
    })
    .put(async (req, res) => {
      const backend = await changeBackend(
        registrar,
        req.params.backend,
        backendFields.parse(readJsonObject(req, EXAMPLE)),
      );
      sync.prune();
      startSync(backend);
      res.json(shownBackend(context, backend));
    })
    .delete(async (req: Request<{ backend: string }>, res: Response) => {
      await deleteBackend(catalogue, req.params.backend);
      sync.prune();
      res.status(204).end();
    });
  return router;
}

const EXAMPLE = '{"provider":"ec2","region":"eu-west-1"}';

type BackendState = CatalogueState | "syncing" | "disabled";

/** A backend as it is answered: never its secrets. */
function shownBackend({ catalogue, search, timetable, now }: HttpContext, backend: Backend): unknown {
  const status = readStatus(catalogue, [backend]);
  const isSyncing = status.sources.some(({ id }) => (runUnderWay(catalogue, id)?.kind ?? "find") !== "find");
  const state: BackendState = isSyncing ? "syncing" : backend.enabled ? status.state : "disabled";
  return {
    id: backend.id,
    title: backend.title,
    provider: backend.provider,
    region: backend.region,
    apiurl: backend.apiurl,
    tenant_name: backend.tenantName,
    enabled: backend.enabled,
    state,
    poll_interval: backend.pollInterval,
    image_count: search.imageCount([backend]),
    last_sync: status.syncedAt,
    next_try: timetable.nextTry(backend, new Date(now()))?.toISOString() ?? null,
    warning: warningOf(catalogue, status.sources),
  };
}

/** What the last complete listings may lack; null when nothing is known to. */
function warningOf(catalogue: Catalogue, sources: readonly Source[]): string | null {
  const warnings = new Set(sources.flatMap(({ id }) => lastWarning(catalogue, id) ?? []));
  return warnings.size === 0 ? null : [...warnings].join("; ");
}
