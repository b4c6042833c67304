import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

/** A small registry, open, by password, or by token. */
export interface FakeRegistry extends JsonServer {
  /** Tags by repository. */
  repositories: Record<string, string[]>;
  auth: "open" | "basic" | "token";
  /** Whether tokens for everything are given to whoever asks. */
  isAnonymous: boolean;
  /** Whether the password counts with any user's name. */
  isAnyName: boolean;
  /** Tokens are good for this many requests. */
  tokenUses: number;
  hasCatalogue: boolean;
  /** Whom tokens are for, where they tell. */
  subject: string | undefined;
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
    isAnyName: false,
    tokenUses: Infinity,
    hasCatalogue: true,
    subject: undefined,
    tokenChallenge: undefined,
    intercept: undefined,
  };
  return registry;
}

export function refusal(status: number, code: string): FakeAnswer {
  return { status, json: { errors: [{ code, message: `It is ${code}.`, detail: null }] } };
}

function hasPassword({ isAnyName }: FakeRegistry, { headers }: SeenRequest): boolean {
  const [, basic = ""] = /^Basic (.+)$/.exec(headers.authorization ?? "") ?? [];
  const shown = Buffer.from(basic, "base64").toString();
  return isAnyName ? shown.endsWith(`:${PASSWORD}`) : shown === `${USER}:${PASSWORD}`;
}

function scopeOf({ path }: SeenRequest): string {
  if (path === "/v2/") return "";
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

/** As JSON Web Tokens are written, unsigned. */
function tokenFor(sub: string, number: number): string {
  return ["{}", JSON.stringify({ sub, jti: number }), ""]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
}

type Tokens = Map<string, { scope: string; usesLeft: number }>;

function issueToken(registry: FakeRegistry, tokens: Tokens, request: SeenRequest): FakeAnswer {
  const { isAnonymous, tokenUses, tokenChallenge, subject } = registry;
  const isKnown = hasPassword(registry, request);
  if (request.headers.authorization !== undefined && !isKnown) {
    return {
      ...refusal(401, "UNAUTHORIZED"),
      ...(tokenChallenge !== undefined && { headers: { "www-authenticate": tokenChallenge } }),
    };
  }
  if (request.query.get("service") !== "registry.example.org") return refusal(400, "UNSUPPORTED");
  const scope = isKnown || isAnonymous ? (request.query.get("scope") ?? "") : "";
  const token = subject === undefined ? `oci-token-${tokens.size + 1}` : tokenFor(subject, tokens.size + 1);
  tokens.set(token, { scope, usesLeft: tokenUses });
  return { json: { token, expires_in: 60 } };
}

function mayAsk(registry: FakeRegistry, tokens: Tokens, request: SeenRequest): boolean {
  if (registry.auth === "open") return true;
  if (registry.auth === "basic") return hasPassword(registry, request);
  const token = tokens.get(String(request.headers.authorization).replace(/^Bearer /, ""));
  return token !== undefined && token.scope === scopeOf(request) && token.usesLeft-- > 0;
}

function answer({ repositories, hasCatalogue }: FakeRegistry, request: SeenRequest): FakeAnswer {
  const { path } = request;
  if (path === "/v2/") return { json: {} };
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
