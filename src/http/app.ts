import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from "express";
import helmet from "helmet";
import { admit, concealBackends, identify, NOBODY } from "../access/access.ts";
import { type Asker, setAsker } from "../access/asker.ts";
import { ANSWER_BOUNDS, boundAnswers } from "../access/bound-answers.ts";
import { apiPaths } from "./reading/api-paths.ts";
import { backendsRouter } from "./resources/backends.ts";
import { changesRouter } from "./resources/changes.ts";
import { allowOrigins } from "../access/cors.ts";
import { documentationRouter } from "./resources/documentation.ts";
import { regionsRouter } from "./resources/regions.ts";
import { eventsRouter } from "./resources/events.ts";
import { facetsRouter } from "./resources/facets.ts";
import { providersRouter } from "./resources/providers.ts";
import { healthRouter } from "./resources/health.ts";
import { guardHost } from "../access/host-guard.ts";
import type { HttpContext } from "./answering/http-context.ts";
import { imageRouter } from "./resources/image.ts";
import { imagesRouter } from "./resources/images.ts";
import type { AgentApi } from "./mcp/agent-api.ts";
import { askInProcess } from "./mcp/ask-in-process.ts";
import { keepPosition } from "./answering/node-position.ts";
import { createMetrics, type Metrics } from "./resources/metrics.ts";
import { allowedMethods } from "./openapi/api-path.ts";
import { pageRouter } from "./resources/page.ts";
import { problemHandler, sendProblem } from "../problems.ts";
import { refuseParameters } from "./reading/query-string.ts";
import { limitRequests } from "../access/rate-limit.ts";
import { imageEverywhereRouter } from "./resources/image-everywhere.ts";
import { lookupPath, lookupRouter } from "./resources/lookup.ts";
import { mcpRouter } from "./resources/mcp.ts";
import { newestRouter } from "./resources/newest.ts";
import { logInRouter, sessionRouter } from "./resources/session.ts";
import { createSessions } from "../access/sessions.ts";
import { suggestionsRouter } from "./resources/suggestions.ts";
import { syncsRouter } from "./resources/syncs.ts";
import { webhooksRouter } from "./resources/webhooks.ts";

/** Larger bodies are refused: a term or a backend needs far less. */
const MAX_BODY = "64kb";

/** Room for 1,000 ids; those of some clouds are long. */
const MAX_LOOKUP = "600kb";

/** The HTTP interface. Every error is answered as a problem (RFC 9457). */
export function createHttpApp(context: HttpContext): Express {
  const app = express();
  app.disable("x-powered-by");
  // Answers about the catalogue have ETags of their own, and each resource reads its query string strictly.
  app.set("etag", false);
  app.set("query parser", false);
  // 304 is decided by the ETag alone. Express would also use Last-Modified, which does not change with stars.
  Object.defineProperty(app.request, "fresh", { value: false });
  app.set("trust proxy", context.trustedProxies);
  const metrics = createMetrics(context);
  const { crew } = context;
  const sessions = createSessions(context.registrar.box, context.now, crew?.endedSessions);
  const access = { ...context, sessions, logIns: crew?.counts("log-ins") };
  const bound = boundAnswers({ ...ANSWER_BOUNDS, ...context.answers }, crew?.answers);
  app.use(
    metrics.watch,
    bound.perConnection,
    securityHeaders(),
    guardHost(context.tokens),
    allowOrigins(context.corsOrigins),
  );
  app.use(healthRouter(context), pageRouter(), documentationRouter(apiPaths));
  app.use(identify(access), bound.perHolder, limitRequests(context.rateLimit, crew?.counts("requests")));
  app.use(logInRouter(access), admit(access), keepPosition(context.node));
  // curl -d says that it sends a form, so every body is read as JSON.
  app.use(lookupPath.path, express.json({ limit: MAX_LOOKUP, strict: false, type: () => true }));
  app.use(express.json({ limit: MAX_BODY, strict: false, type: () => true }));
  app.use(refuseParameters(apiPaths));
  const resources = createResources(context, metrics);
  app.use(sessionRouter(), metrics.router, ...resources, mcpRouter(createAgentApis(context, resources)));
  app.use(refuseUnknown);
  app.use(concealBackends, problemHandler(context.log));
  return app;
}

function createResources(context: HttpContext, metrics: Pick<Metrics, "searched">): RequestHandler[] {
  return [
    imagesRouter(context, metrics),
    imageRouter(context),
    backendsRouter(context),
    syncsRouter(context),
    suggestionsRouter(context),
    changesRouter(context),
    webhooksRouter(context),
    facetsRouter(context),
    providersRouter(),
    eventsRouter(context),
    newestRouter(context),
    lookupRouter(context),
    regionsRouter(context),
    imageEverywhereRouter(context),
  ];
}

/** The API for commands and agents' tools on this machine, which may see the whole catalogue. It listens on no port. */
export function createLocalApi(context: HttpContext, scope: "read" | "admin" = "read"): AgentApi {
  const resources = createResources(context, { searched: () => undefined });
  return createAgentApis(context, resources)({ ...NOBODY, scope });
}

/** The same resources for requests that agents' tools make for an asker, who was admitted and counted already. */
function createAgentApis(context: HttpContext, resources: readonly RequestHandler[]): (asker: Asker) => AgentApi {
  return (asker) => {
    const app = express();
    app.set("etag", false);
    app.set("query parser", false);
    app.use((_req, res, next) => {
      setAsker(res, asker);
      next();
    });
    app.use(
      admit({ corsOrigins: [] }),
      express.json({ limit: MAX_LOOKUP, type: () => true }),
      refuseParameters(apiPaths),
      ...resources,
    );
    app.use(refuseUnknown, concealBackends, problemHandler(context.log));
    return askInProcess(app);
  };
}

/** helmet's headers without those that force https, since the server speaks plain HTTP. */
function securityHeaders(): ReturnType<typeof helmet> {
  const { "upgrade-insecure-requests": _, ...directives } = helmet.contentSecurityPolicy.getDefaultDirectives();
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { ...directives, "style-src": ["'self'"], "font-src": ["'self'"] },
    },
    strictTransportSecurity: false,
  });
}

function refuseUnknown(req: Request, res: Response, _next: NextFunction): void {
  const allowed = allowedMethods(apiPaths, req.path);
  if (allowed === undefined)
    return sendProblem(req, res, {
      status: 404,
      detail: `no such path: ${req.path.slice(0, 200)}; /docs has all paths`,
    });
  res.set("Allow", allowed);
  sendProblem(req, res, {
    status: 405,
    detail: `${req.method} is not allowed on ${req.path.slice(0, 200)} (allowed: ${allowed})`,
  });
}
