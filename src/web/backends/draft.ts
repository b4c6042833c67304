import type { BackendJson, Provider } from "../server/answers.ts";

/** A backend's fields in the form; an empty field is "" or absent. */
export type Draft = Readonly<Record<string, string>>;

const FIRST_PROVIDER = "ec2";

const FIELDS = [
  "region",
  "apiurl",
  "tenant_name",
  "role_arn",
  "external_id",
  "profile",
  "interface",
  "ca_cert",
] as const;

/** The form as it opens; the server never sends secrets, so their fields are empty. */
export function draftOf(backend: BackendJson | null): Draft {
  if (!backend) return { provider: FIRST_PROVIDER };
  const { provider, title } = backend;
  const stored = FIELDS.map((name) => [name, backend[name] ?? ""] as const);
  return { ...Object.fromEntries(stored), provider, title };
}

/**
 * The draft as the server accepts it. When a backend is changed, an emptied field becomes null, but an empty secret stays as it
 * is. Fields that the provider does not use are left out.
 */
export function bodyOf(
  draft: Draft,
  provider: Provider | undefined,
  backend: BackendJson | null,
): Readonly<Record<string, string | null>> {
  const body: Record<string, string | null> = {};
  if (provider) body["provider"] = provider.name;
  for (const name of ["id", "title"]) if (draft[name]?.trim()) body[name] = draft[name].trim();
  for (const { name } of provider?.fields ?? []) {
    const value = draft[name]?.trim() ?? "";
    if (value !== "") body[name] = value;
    else if (backend && !isUntold(name)) body[name] = null;
  }
  return body;
}

/** Key and secret: the server never sends them, so an empty field means the stored one. */
export function isUntold(name: string): boolean {
  return name === "apikey" || name === "apisecret";
}
