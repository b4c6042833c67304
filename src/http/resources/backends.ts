import { Router, type Request, type Response } from "express";
import { z } from "zod";
import { type Backend, getBackend, listBackends } from "../../record/backends.ts";
import type { Source } from "../../record/sources.ts";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { lastWarning, runUnderWay } from "../../record/runs.ts";
import { RUN_CODES } from "../../catalogue/file/run-codes.ts";
import { checkBackend } from "../../sync/check-backend.ts";
import { addBackend, backendFields, changeBackend, newBackendFields } from "../../sync/register-backend.ts";
import { visibleBackends } from "../../access/access.ts";
import { CATALOGUE_STATES, readStatus } from "../answering/catalogue-state.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { readFields } from "../reading/json-body.ts";
import { ADMINS, describePath, json, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";

/** A backend as it is answered: never its secrets. */
export const shownBackend = z
  .object({
    id: z.string(),
    title: z.string(),
    provider: z.string(),
    region: z.string().nullable(),
    apiurl: z.string().nullable(),
    tenant_name: z.string().nullable(),
    role_arn: z.string().nullable(),
    external_id: z.string().nullable(),
    profile: z.string().nullable(),
    interface: z.string().nullable(),
    ca_cert: z.string().nullable(),
    enabled: z.boolean(),
    state: z.enum([...CATALOGUE_STATES, "syncing", "disabled"]),
    poll_interval: z.int().nullable().meta({ description: "seconds between two syncs; null: IMAGEDEX_SYNC_CRON" }),
    image_count: z.int().min(0).meta({ description: "images that a search of everything finds" }),
    last_sync: z.iso.datetime().nullable().meta({ description: "when its oldest source was last listed completely" }),
    next_try: z.iso.datetime().nullable().meta({ description: "when the next scheduled sync is" }),
    warning: z.string().nullable().meta({ description: "what the last complete listings may lack" }),
    parts: z
      .array(
        z.object({
          part: z.string(),
          code: z.enum(RUN_CODES),
          error: z.string(),
          since: z.iso.datetime().nullable().meta({ description: "when the part was last listed; null: never" }),
        }),
      )
      .meta({
        description:
          "parts that the last listing could not reach, such as a node or a repository; their images are from an earlier listing",
      }),
  })
  .meta({ id: "Backend", description: "A view of a cloud. Answers never contain its secrets." });

export const backendCheck = z
  .object({
    ok: z.boolean(),
    sources: z.array(
      z.object({
        source: z.string(),
        images: z.int().min(0).nullable().meta({ description: "number of images on the first page that has any" }),
        error: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "BackendCheck", description: "Whether a backend's sources can be listed." });

const EXAMPLE: z.infer<typeof shownBackend> = {
  id: "ireland",
  title: "EC2 Ireland",
  provider: "ec2",
  region: "eu-west-1",
  apiurl: null,
  tenant_name: null,
  role_arn: null,
  external_id: null,
  profile: null,
  interface: null,
  ca_cert: null,
  enabled: true,
  state: "complete",
  poll_interval: null,
  image_count: 201344,
  last_sync: "2026-11-01T03:17:39.000Z",
  next_try: "2026-11-02T03:17:00.000Z",
  warning: null,
  parts: [],
};
const NEW = { id: "ireland", title: "EC2 Ireland", provider: "ec2", region: "eu-west-1" };
const about = "The fields. `GET /providers` says which of them a provider uses.";

export const backendsPath = describePath("/backends", {
  get: {
    operationId: "listBackends",
    summary: "Lists all backends, oldest first",
    tags: ["Backends"],
    security: READERS,
    responses: { "200": { description: "The backends.", content: json(z.array(shownBackend), [EXAMPLE]) } },
  },
  post: {
    operationId: "addBackend",
    summary: "Adds a backend and starts its first sync",
    tags: ["Backends"],
    security: ADMINS,
    requestBody: { required: true, description: about, content: json(newBackendFields, NEW) },
    responses: {
      "201": {
        description: "The backend is stored.",
        headers: z.object({ Location: z.string().meta({ description: "path of the backend" }) }),
        content: json(shownBackend, { ...EXAMPLE, state: "syncing", image_count: 0, last_sync: null }),
      },
      ...refusals(404),
    },
  },
});
export const checkPath = describePath("/backends/check", {
  post: {
    operationId: "checkBackend",
    summary: "Tests a backend without storing it",
    description:
      "Reads the first page of each source. With the `id` of a stored backend, missing fields are taken from it, secrets too.",
    tags: ["Backends"],
    security: ADMINS,
    requestBody: { required: true, description: about, content: json(backendFields, NEW) },
    responses: {
      "200": {
        description: "The result; `ok` is false if a source cannot be listed.",
        content: json(backendCheck, {
          ok: true,
          sources: [{ source: "ec2 eu-west-1 public", images: 1000, error: null }],
        }),
      },
      ...refusals(404),
    },
  },
});
export const backendPath = describePath("/backends/:backend", {
  get: {
    operationId: "readBackend",
    summary: "Shows a backend",
    tags: ["Backends"],
    security: READERS,
    responses: { "200": { description: "The backend.", content: json(shownBackend, EXAMPLE) }, ...refusals(404) },
  },
  put: {
    operationId: "changeBackend",
    summary: "Changes a backend",
    description:
      "Changes the fields that are given; `null` empties a field. Other fields stay, secrets too. The `id` cannot be changed.",
    tags: ["Backends"],
    security: ADMINS,
    requestBody: { required: true, description: about, content: json(backendFields, { title: "EC2 Dublin" }) },
    responses: {
      "200": {
        description: "The backend is changed.",
        content: json(shownBackend, { ...EXAMPLE, title: "EC2 Dublin" }),
      },
      ...refusals(404),
    },
  },
  delete: {
    operationId: "deleteBackend",
    summary: "Removes a backend and its stars",
    tags: ["Backends"],
    security: ADMINS,
    responses: { "204": { description: "The backend is removed." }, ...refusals(404) },
  },
});

/** `GET|POST /backends`, `GET|PUT|DELETE /backends/{id}`. */
export function backendsRouter(context: HttpContext): Router {
  const { catalogue, record, registrar, sync, log } = context;
  const router = Router();
  const startSync = (backend: Backend): void => {
    if (!backend.enabled || sync.isOff) return;
    sync.start(backend).catch((error: unknown) => log.error({ err: error, backend: backend.id }, "sync not started"));
  };
  router
    .route(backendsPath.path)
    .get((_req, res) => {
      res.json(visibleBackends(res, listBackends(catalogue)).map((backend) => describeBackend(context, backend)));
    })
    .post(async (req, res) => {
      const backend = await addBackend(registrar, readFields(req, newBackendFields, BODY_EXAMPLE));
      startSync(backend);
      res
        .status(201)
        .location(`/backends/${encodeURIComponent(backend.id)}`)
        .json(describeBackend(context, backend));
    });
  router.post(checkPath.path, async (req, res) => {
    const { id, ...fields } = readFields(req, backendFields, BODY_EXAMPLE);
    // The form of a stored backend: missing fields, secrets too, are taken from it.
    const existing =
      id !== undefined && fields.provider === undefined
        ? getBackend(catalogue, id)
        : listBackends(catalogue).find((backend) => backend.id === id);
    const sources = await checkBackend(registrar, fields, existing);
    res.json({ ok: sources.every(({ error }) => error === null), sources });
  });
  router
    .route(backendPath.path)
    .get((req, res) => {
      res.json(describeBackend(context, getBackend(catalogue, req.params.backend)));
    })
    .put(async (req, res) => {
      const backend = await changeBackend(registrar, req.params.backend, readFields(req, backendFields, BODY_EXAMPLE));
      sync.prune();
      startSync(backend);
      res.json(describeBackend(context, backend));
    })
    .delete(async (req: Request<{ backend: string }>, res: Response) => {
      await record.deleteBackend(req.params.backend);
      sync.prune();
      res.status(204).end();
    });
  return router;
}

const BODY_EXAMPLE = '{"provider":"ec2","region":"eu-west-1"}';

function describeBackend(
  { catalogue, search, timetable, now }: HttpContext,
  backend: Backend,
): z.infer<typeof shownBackend> {
  const status = readStatus(catalogue, [backend]);
  const isSyncing = status.sources.some(({ id }) => (runUnderWay(catalogue, id)?.kind ?? "find") !== "find");
  const state = isSyncing ? "syncing" : backend.enabled ? status.state : "disabled";
  return {
    id: backend.id,
    title: backend.title,
    provider: backend.provider,
    region: backend.region,
    apiurl: backend.apiurl,
    tenant_name: backend.tenantName,
    role_arn: backend.roleArn,
    external_id: backend.externalId,
    profile: backend.profile,
    interface: backend.interface,
    ca_cert: backend.caCert,
    enabled: backend.enabled,
    state,
    poll_interval: backend.pollInterval,
    image_count: search.imageCount([backend]),
    last_sync: status.syncedAt,
    next_try: timetable.nextTry(backend, new Date(now()))?.toISOString() ?? null,
    warning: warningOf(catalogue, status.sources),
    parts: status.parts.map(({ part, code, error, listedAt }) => ({ part, code, error, since: listedAt })),
  };
}

/** What the last complete listings may lack; null if they lack nothing. */
function warningOf(catalogue: Catalogue, sources: readonly Source[]): string | null {
  const warnings = new Set(sources.flatMap(({ id }) => lastWarning(catalogue, id) ?? []));
  return warnings.size === 0 ? null : [...warnings].join("; ");
}
