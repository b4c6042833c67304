import { z } from "zod";
import { createTokenKeeper } from "../../access/token-keeper.ts";
import type { Config } from "../../config.ts";
import { BadRequestError, CommandError, NotFoundError } from "../../errors.ts";
import { createLocalApi } from "../../http/app.ts";
import type { AgentAnswer } from "../../http/mcp/agent-api.ts";
import { listBackends } from "../../record/backends.ts";
import { runUnderWay } from "../../record/runs.ts";
import { listSources } from "../../record/sources.ts";
import { type OpenedApp, openApp } from "../open-app.ts";
import { renewIndexes } from "../renew-indexes.ts";
import type { AskedApi } from "./asked-api.ts";

interface CatalogueAccess {
  /** The backend of the question; undefined: all. */
  readonly backend?: string | undefined;
  /** `update`: answers may change the catalogue, as a star does. */
  readonly access?: "read" | "update";
}

/** The catalogue of this machine, asked as a server would be. No listing starts because somebody asks. */
export async function openAskedCatalogue(
  config: Config,
  { backend, access = "read" }: CatalogueAccess = {},
): Promise<AskedApi> {
  const app = await openApp(config, access);
  const backends = listBackends(app.catalogue).filter(({ id }) => backend === undefined || id === backend);
  await renewIndexes(app, backends);
  const api = createLocalApi(contextOf(app), access === "read" ? "read" : "admin");
  return {
    ask: api.ask,
    async read(path, body) {
      const answer = await api.ask(path, body);
      if (answer.status < 300) return answer;
      throw refusalOf(app, answer, backend);
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

function contextOf(app: OpenedApp): Parameters<typeof createLocalApi>[0] {
  const { catalogue, record, registrar, timetable, log } = app;
  const { now } = registrar;
  return {
    ...app,
    log,
    now,
    timetable: { ...timetable, isDue: () => false, dueAgain: () => [] },
    tokens: createTokenKeeper({ catalogue, record, configured: [], isLocal: true, now }),
    rateLimit: 0,
    corsOrigins: [],
    trustedProxies: [],
    closing: new AbortController().signal,
    notReady: () => [],
  };
}

const problem = z.object({ detail: z.string(), progress: z.array(z.object({ phase: z.string() })).default([]) });

/** What a status means for the command that asked. */
function refusalOf({ catalogue }: OpenedApp, { status, text, json }: AgentAnswer, backend: string | undefined): Error {
  const { detail, progress } = problem.safeParse(json).data ?? { detail: text, progress: [] };
  if (status === 400) return new BadRequestError(detail);
  if (status === 404) return new NotFoundError(detail);
  if (status !== 503) return new CommandError(detail);
  const isUnderWay = listSources(catalogue).some(({ id }) => runUnderWay(catalogue, id) !== undefined);
  const isNew = !isUnderWay && detail.startsWith("not listed yet") && progress.some(({ phase }) => phase === "waiting");
  const named = backend === undefined ? "" : ` ${backend}`;
  if (isNew)
    return new CommandError(`${backend ?? "nothing"} is ${named && "not "}listed yet; run: imagedex sync${named}`);
  return new CommandError(`${named && `${backend}: `}${detail} (--partial shows what there is)`);
}
