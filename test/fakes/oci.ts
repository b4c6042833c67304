import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

/** A small registry, open, by password, or by token. */
export interface FakeRegistry extends JsonServer {
  /** Tags by repository. */
  repositories: Record<string, string[]>;
  auth: "open" | "basic" | "token";
  /** Whether tokens for everything are given to whoever asks. */
  isAnonymous: boolean;
  /** Tokens are good for this many requests. */
  tokenUses: number;
  hasCatalogue: boolean;
  /** How the token service itself says that it wants to be asked. */
  tokenChallenge: string | undefined;
  /** Looked at after the authorization: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const USER = "kim";
export const PASSWORD = "p4ss:word";

const REPOSITORIES_A_PAGE = 1;
const TAGS_A_PAGE = 3;

export async function startFakeRegistry(): Promise<FakeRegistry> {
  const tokens = new Map<string, { scope: string; usesLeft: number }>();
  const server = await startJsonServer((request) => {
    if (request.path === "/token") return issueToken(registry, tokens, request);
    if (!mayAsk(registry, tokens, request))
      return { ...refusal(401, "UNAUTHORIZED"), headers: challenge(registry, request) };
    return registry.intercept?.(request) ?? answer(registry, request);
  });
  const registry: FakeRegistry = {
    ...server,
    repositories: {},
    auth: "open",
    isAnonymous: true,
    tokenUses: Infinity,
    hasCatalogue: true,
    tokenChallenge: undefined,
    intercept: undefined,
  };
  return registry;
}

export function refusal(status: number, code: string): FakeAnswer {
  return { status, json: { errors: [{ code, message: `It is ${code}.`, detail: null }] } };
}

function hasPassword({ headers }: SeenRequest): boolean {
  return headers.authorization === `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`;
}

function scopeOf({ path }: SeenRequest): string {
  const repository = /^\/v2\/(.+)\/tags\/list$/.exec(path)?.[1];
  return repository === undefined ? "registry:catalog:*" : `repository:${repository}:pull`;
}

function challenge({ auth, url }: FakeRegistry, request: SeenRequest): Record<string, string> {
  const wanted =
    auth === "basic"
      ? 'Basic realm="lab"'
      : `Bearer realm="${url}/token",service="registry.example.org",scope="${scopeOf(request)}",error="invalid_token"`;
  return { "www-authenticate": wanted };
}

type Tokens = Map<string, { scope: string; usesLeft: number }>;

function issueToken(
  { isAnonymous, tokenUses, tokenChallenge }: FakeRegistry,
  tokens: Tokens,
  request: SeenRequest,
): FakeAnswer {
  const isKnown = hasPassword(request);
  if (request.headers.authorization !== undefined && !isKnown) {
    return {
      ...refusal(401, "UNAUTHORIZED"),
      ...(tokenChallenge !== undefined && { headers: { "www-authenticate": tokenChallenge } }),
    };
  }
  if (request.query.get("service") !== "registry.example.org") return refusal(400, "UNSUPPORTED");
  const scope = isKnown || isAnonymous ? (request.query.get("scope") ?? "") : "";
  const token = `oci-token-${tokens.size + 1}`;
  tokens.set(token, { scope, usesLeft: tokenUses });
  return { json: { token, expires_in: 60 } };
}

function mayAsk({ auth }: FakeRegistry, tokens: Tokens, request: SeenRequest): boolean {
  if (auth === "open") return true;
  if (auth === "basic") return hasPassword(request);
  const token = tokens.get(String(request.headers.authorization).replace(/^Bearer /, ""));
  return token !== undefined && token.scope === scopeOf(request) && token.usesLeft-- > 0;
}

function answer({ repositories, hasCatalogue }: FakeRegistry, request: SeenRequest): FakeAnswer {
  const { path } = request;
  if (path === "/v2/_catalog") {
    if (!hasCatalogue) return refusal(404, "UNSUPPORTED");
    return page("repositories", Object.keys(repositories), REPOSITORIES_A_PAGE, request);
  }
  const name = /^\/v2\/(.+)\/tags\/list$/.exec(path)?.[1] ?? "";
  const tags = repositories[name];
  return tags ? page("tags", tags, TAGS_A_PAGE, request) : refusal(404, "NAME_UNKNOWN");
}

function page(what: string, all: readonly string[], size: number, { path, query }: SeenRequest): FakeAnswer {
  const from = all.indexOf(query.get("last") ?? "") + 1;
  const found = all.slice(from, from + size);
  const next = new URLSearchParams({ n: query.get("n") ?? "", last: found.at(-1) ?? "" });
  const link = from + size < all.length && { headers: { link: `<${path}?${next.toString()}>; rel="next"` } };
  return { json: { name: path, [what]: found.length > 0 ? found : null }, ...link };
}
