import { z } from "zod";
import type { Registry } from "./registry-access.ts";

/** User names that registries accept with any token (AWS, Google, Azure, GitLab, Quay, IBM, Scaleway): they identify nobody. */
const ANYBODY = new Set(
  ["aws", "_json_key", "_json_key_base64", "oauth2accesstoken", "_token", "_dcgcr_tmp_", "token", "<token>"].concat(
    ["00000000-0000-0000-0000-000000000000", "gitlab-ci-token", "oauth2", "$oauthtoken", "$app", "x-access-token"],
    ["iamapikey", "iambearer", "iamrefresh", "nologin", "unused", "_"],
  ),
);
/** Registries that look at the token alone. */
const NAME_IS_NOT_CHECKED = /(^|\.)(ghcr\.io|docker\.pkg\.github\.com)$/;
/** Its tokens name the account by a number. */
const DOCKER_HUB = "registry-1.docker.io";

const MAX_LENGTH = 200;

/**
 * The user whose name and password a registry has just accepted. Undefined where it asked for neither, and where it does not
 * check the name. Throws a ProviderError where it does not answer, or refuses.
 */
export async function readAccountName(
  registry: Registry,
  { apiurl, user, password }: { readonly apiurl: string; readonly user: string; readonly password: string },
): Promise<string | undefined> {
  const { host } = new URL(apiurl);
  await registry.get(new URL(`${apiurl}/v2/`), "");
  const shown = registry.accepted();
  if (shown === undefined || NAME_IS_NOT_CHECKED.test(host) || ANYBODY.has(user.toLowerCase())) return undefined;
  if (user.length > MAX_LENGTH || user.includes(password)) return undefined;
  const subject = shown.startsWith("Bearer ") ? subjectOf(shown) : user;
  const isUser = subject === undefined || subject.toLowerCase() === user.toLowerCase();
  return isUser || (host === DOCKER_HUB && subject !== "") ? user : undefined;
}

const claims = z.object({ sub: z.string() });

/** Whom a token is for (https://distribution.github.io/distribution/spec/auth/jwt/); undefined where it does not tell. */
function subjectOf(authorization: string): string | undefined {
  const payload = authorization.split(".")[1];
  try {
    return claims.parse(JSON.parse(Buffer.from(payload ?? "", "base64url").toString())).sub;
  } catch {
    return undefined;
  }
}
