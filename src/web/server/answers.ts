/** A value of an image's `extra`. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export type TrustJson = "self" | "official" | "verified" | "community";

/** An entry of an answer with `fields=extended`. */
export interface Entry {
  /** Answers about one backend leave it out; the page puts it in. */
  readonly backend_id: string;
  readonly star: boolean;
  readonly id: string;
  readonly name: string;
  readonly extra: { readonly [name: string]: Json };
  readonly publisher: string | null;
  readonly trust: TrustJson;
  /** Null for an image without a family. */
  readonly family: string | null;
  readonly latest: boolean;
  readonly deprecated_at: string | null;
  readonly retired_at: string | null;
  readonly os: string | null;
  readonly os_version: string | null;
  readonly os_codename: string | null;
  readonly architecture: string | null;
  readonly state: "available" | "pending" | "disabled" | "failed";
  readonly hidden: boolean;
  readonly owner_id: string | null;
  readonly created_at: string | null;
}

/** One image, as `GET /backends/{id}/images/{image_id}` tells of it. */
export interface ImageRecordJson extends Omit<Entry, "backend_id"> {
  readonly first_seen: string;
  readonly last_seen: string;
}

export interface BackendJson {
  readonly id: string;
  readonly title: string;
  readonly provider: string;
  readonly region: string | null;
  readonly apiurl: string | null;
  readonly tenant_name: string | null;
  readonly role_arn: string | null;
  readonly external_id: string | null;
  readonly profile: string | null;
  readonly interface: string | null;
  readonly ca_cert: string | null;
  readonly enabled: boolean;
  readonly state: "complete" | "stale" | "partial" | "new" | "syncing" | "disabled";
  readonly poll_interval: number | null;
  readonly image_count: number;
  readonly last_sync: string | null;
  /** When what failed is tried again. */
  readonly next_try: string | null;
  /** What the last complete listings may lack. */
  readonly warning: string | null;
}

export interface Provider {
  readonly name: string;
  readonly title: string;
  readonly lists: string;
  readonly cannot_list: string | null;
  readonly fields: readonly ProviderFieldJson[];
}

/** A field of a backend, as this cloud calls it. */
export interface ProviderFieldJson {
  readonly name: string;
  readonly label: string;
  readonly holds: string;
  readonly required: boolean;
  /** Whether it is hidden while it is typed. */
  readonly secret: boolean;
  /** Whether its line feeds count. */
  readonly multiline: boolean;
}

/** The result of a backend's test. */
export interface BackendCheck {
  readonly ok: boolean;
  readonly sources: readonly {
    readonly source: string;
    readonly images: number | null;
    readonly error: string | null;
  }[];
}

/** Who asks, as the server sees it. */
export interface SessionJson {
  /** Everybody may ask a server that has no tokens. */
  readonly by: "session" | "token" | "nobody";
  readonly scope: "read" | "admin";
  /** The backends that they may see; null for all. */
  readonly backends: readonly string[] | null;
}

export interface FacetValueJson {
  readonly value: string;
  readonly count: number;
}

export type FacetCountsJson = Readonly<Record<string, readonly FacetValueJson[]>>;

/** The same image in a region. */
export interface RegionalImageJson {
  readonly backend_id: string;
  readonly region: string | null;
  readonly image_id: string;
  readonly name: string;
  readonly created_at: string | null;
}

/** Parameters of a request; each of several values is a parameter of its own. */
export type Query = Readonly<Record<string, string | readonly string[]>>;
