/** What signing in brings: a token, and where the cloud's services are. */
export interface ServiceAccess {
  readonly token: string;
  /** The project that the token is for. */
  readonly projectId: string | null;
  /** Whose images the token shows; undefined where the identity service does not say. */
  readonly account: string | undefined;
  readonly endpoints: readonly ServiceEndpoint[];
}

/** One public address of one service. */
export interface ServiceEndpoint {
  /** The catalogue's name of the service's kind: `image`, `compute`. */
  readonly type: string;
  /** Null for a service that has no region. */
  readonly region: string | null;
  readonly url: URL;
}

/**
 * The endpoint of the service of `type` in `region`, or null when the region (or, without one, the whole cloud) has
 * none. Names of regions are compared without regard to case. Without a region it is the alphabetically first one's,
 * so that a listing does not change with the order of the catalogue.
 */
export function findEndpoint(
  { endpoints }: Pick<ServiceAccess, "endpoints">,
  { type, region }: { type: string; region: string | undefined },
): ServiceEndpoint | null {
  const wanted = region?.toLowerCase();
  const [first] = endpoints
    .filter((endpoint) => endpoint.type === type)
    .filter((endpoint) => wanted === undefined || endpoint.region?.toLowerCase() === wanted)
    .toSorted((a, b) => compare(a.region ?? "", b.region ?? ""));
  return first ?? null;
}

/** The regions that offer any of these services, for messages. */
export function regionsOf({ endpoints }: Pick<ServiceAccess, "endpoints">, types: readonly string[]): string[] {
  const regions = endpoints.filter(({ type }) => types.includes(type)).map(({ region }) => region);
  return [...new Set(regions)].filter((region) => region !== null).toSorted(compare);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
