import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { judgeImage, judgeLookup } from "../audit/judge-mentions.ts";
import { scanText } from "../audit/scan-text.ts";
import { lookedUp, MOST_IDS } from "../resources/lookup.ts";
import type { AgentApi } from "./agent-api.ts";
import { shortImage, shortImages } from "./short-image.ts";
import { failed, succeeded, type ToolAnswer, toolAnswer } from "./tool-answer.ts";

const backend = z.string().describe("id of a backend, from list_backends");
const limit = (most: number, usual: number): z.ZodDefault<z.ZodInt> =>
  z.int().min(1).max(most).default(usual).describe(`how many at most; up to ${most}`);
const term = z
  .string()
  .max(1000)
  .describe(
    'words that must all be found in an image\'s id, name, owner, publisher, platform, tags …; "a phrase" in quotes',
  );
const filters = {
  architecture: z.string().optional().describe("x86_64, arm64, …"),
  publisher: z.string().optional().describe("a known publisher, such as Canonical"),
  owner: z.string().optional().describe("an owner's id or alias"),
  trust: z.enum(["self", "official", "verified", "community"]).optional().describe("how far the publisher is trusted"),
};
const READS = { readOnlyHint: true, openWorldHint: false };

/** The longest text that is audited at a time: characters. */
const MOST_TEXT = 60_000;

/** Gives a server its tools, which ask an API. */
export function addTools(server: McpServer, api: AgentApi): void {
  addFinding(server, api);
  addLooking(server, api);
  addNews(server, api);
  addAudit(server, api);
}

function addFinding(server: McpServer, api: AgentApi): void {
  server.registerTool(
    "search_images",
    {
      title: "Search images",
      description:
        "Finds machine images by words, the best first, in one backend or all. Use newest_image instead to choose the one image to launch, and get_image for an id.",
      inputSchema: {
        search_term: term,
        backend: backend.optional(),
        ...filters,
        latest: z.boolean().optional().describe("only the newest build of each family"),
        deprecated: z.boolean().optional().describe("only deprecated images, or only others"),
        limit: limit(100, 10),
      },
      annotations: READS,
    },
    async ({ backend: id, ...given }) => {
      const path = id === undefined ? "/images" : `/backends/${encodeURIComponent(id)}/images`;
      const answer = await api.ask(`${path}${queryOf({ ...given, fields: "extended" })}`);
      const suggestion = answer.header("x-search-suggestion");
      return toolAnswer(answer, (json) => ({
        total: Number(answer.header("x-total-count")),
        images: shortImages(json),
        ...(suggestion !== undefined && { did_you_mean: decodeURIComponent(suggestion) }),
      }));
    },
  );
  server.registerTool(
    "newest_image",
    {
      title: "Newest image",
      description:
        "Finds the one image to launch: the newest build that matches the words, can be launched, is not deprecated, and comes from the account itself or a known publisher. Use it whenever an id goes into a configuration.",
      inputSchema: { backend, search_term: term, ...filters },
      annotations: READS,
    },
    async ({ backend: id, ...given }) =>
      toolAnswer(await api.ask(`/backends/${encodeURIComponent(id)}/newest${queryOf(given)}`), shortImage),
  );
}

function addLooking(server: McpServer, api: AgentApi): void {
  server.registerTool(
    "get_image",
    {
      title: "One image",
      description:
        "Shows what is known about an image id, in every backend that lists or listed it; retired_at says when it was found gone.",
      inputSchema: {
        id: z.string().describe("the cloud's id, such as ami-0ac9392bb24cdca10"),
        full: z.boolean().default(false).describe("also everything that the cloud says about it"),
      },
      annotations: READS,
    },
    async ({ id, full }) =>
      toolAnswer(await api.ask(`/images/${encodeURIComponent(id)}`), (json) => ({
        images: full ? json : shortImages(json),
      })),
  );
  server.registerTool(
    "image_regions",
    {
      title: "The same image elsewhere",
      description:
        "Finds an image's id in other regions: the image of the same publisher, name and architecture in every backend.",
      inputSchema: { id: z.string().describe("an image's id"), limit: limit(200, 40) },
      annotations: READS,
    },
    async ({ id, limit: most }) =>
      toolAnswer(await api.ask(`/images/${encodeURIComponent(id)}/regions`), (json) => cut("images", json, most)),
  );
}

function addNews(server: McpServer, api: AgentApi): void {
  server.registerTool(
    "list_changes",
    {
      title: "Changes",
      description: "Lists what happened to a backend's images, newest first: added, changed, retired, returned.",
      inputSchema: {
        backend,
        search_term: term.optional(),
        kind: z
          .array(z.enum(["added", "changed", "retired", "returned"]))
          .min(1)
          .optional(),
        since: z.string().optional().describe("an ISO 8601 date or time"),
        limit: limit(200, 20),
      },
      annotations: READS,
    },
    async ({ backend: id, kind, ...given }) => {
      const query = queryOf({ ...given, kind: kind?.join(",") });
      return toolAnswer(await api.ask(`/backends/${encodeURIComponent(id)}/changes${query}`), shortChanges);
    },
  );
  server.registerTool(
    "list_backends",
    {
      title: "Backends",
      description:
        "Lists the clouds, accounts and regions whose images are known, with their state and age. Call this first.",
      inputSchema: {},
      annotations: READS,
    },
    async () => toolAnswer(await api.ask("/backends"), (json) => ({ backends: z.array(shortBackend).parse(json) })),
  );
}

function addAudit(server: McpServer, api: AgentApi): void {
  server.registerTool(
    "audit",
    {
      title: "Audit ids",
      description:
        "Checks image ids, or all ids in a text such as a Terraform file: which are gone, deprecated, look-alikes, from unknown publishers or have newer builds, and which look-ups in the text name no owner. Never seen does not mean gone.",
      inputSchema: {
        ids: z.array(z.string().min(1).max(512)).max(MOST_IDS).optional(),
        text: z.string().max(MOST_TEXT).optional().describe(`a file's content, ${MOST_TEXT} characters at most`),
      },
      annotations: READS,
    },
    async ({ ids: given = [], text = "" }) => auditText(api, given, text),
  );
}

async function auditText(api: AgentApi, given: readonly string[], text: string): Promise<ToolAnswer> {
  const scanned = scanText(text, MOST_IDS);
  const ids = [...new Set([...given, ...scanned.ids.map(({ id }) => id)])];
  if (ids.length > MOST_IDS) return failed(`expected at most ${MOST_IDS} ids`);
  const lookups = scanned.lookups.map(({ line, ...lookup }) => ({ line, ...judgeLookup({ ...lookup }) }));
  if (ids.length === 0)
    return lookups.length > 0 ? succeeded({ lookups }) : failed("expected ids, or a text that holds some");
  const answer = await api.ask("/images/lookup", { ids });
  const places = new Map(scanned.ids.map((found) => [found.id, found]));
  return toolAnswer(answer, (json) => {
    const images = z
      .array(lookedUp)
      .parse(json)
      .filter(({ id, images: known }) => known.length > 0 || places.get(id)?.isCertain !== false)
      .map((one) => {
        const [image] = one.images;
        const line = places.get(one.id)?.line;
        return {
          id: one.id,
          status: one.status,
          ...(line !== undefined && { line }),
          ...(image && { name: image.name, publisher: image.publisher, newest: image.newest?.id ?? null }),
          findings: judgeImage(one, new Date().toISOString()),
        };
      });
    return { images, ...(lookups.length > 0 && { lookups }) };
  });
}

const shortBackend = z.object({
  id: z.string(),
  title: z.string(),
  provider: z.string(),
  region: z.string().nullish(),
  state: z.string(),
  image_count: z.number(),
  last_sync: z.string().nullish(),
});

const changes = z.object({
  changes: z.array(
    z.object({ at: z.string(), kind: z.string(), fields: z.array(z.string()).nullish(), image: z.unknown() }),
  ),
  next: z.unknown(),
});

function shortChanges(json: unknown): object {
  const { changes: found, next } = changes.parse(json);
  return {
    changes: found.map(({ at, kind, fields, image }) => ({
      at,
      kind,
      ...(fields && { fields }),
      image: shortImage(image),
    })),
    has_more: next !== null,
  };
}

function cut(name: string, json: unknown, most: number): object {
  const all = z.array(z.unknown()).parse(json);
  return { total: all.length, [name]: all.slice(0, most) };
}

function queryOf(given: Readonly<Record<string, unknown>>): string {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(said.map(([name, value]) => [name, String(value)]));
  return query.size === 0 ? "" : `?${query.toString()}`;
}
