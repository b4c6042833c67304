/** What signing in brings: a token, and where the cloud's services are. */
export interface ServiceAccess {
  readonly token: string;
  /** The project that the token is for. */
  readonly projectId: string | null;
  /** Whose images the token shows; undefined where the identity service does not say. */
  readonly account: string | undefined;
  /** Whether the token shows the private images of all projects. */
  readonly isAdmin?: boolean;
  readonly endpoints: readonly ServiceEndpoint[];
}

/** The addresses of a service: for users, for the cloud's own machines, for its operators. */
export const INTERFACES = ["public", "internal", "admin"] as const;
export type Interface = (typeof INTERFACES)[number];

/** One address of one service. */
export interface ServiceEndpoint {
  /** The catalogue's name of the service's kind: `image`, `compute`. */
  readonly type: string;
  readonly interface: Interface;
  /** Null for a service that has no region. */
  readonly region: string | null;
  readonly url: URL;
}

interface Wanted {
  readonly type: string;
  readonly interface?: Interface | undefined;
  readonly region: string | undefined;
}

/**
 * The endpoint of the service of `type` in `region`, or null when the region (or, without one, the whole cloud) has
 * none. Names of regions are compared without regard to case. Without a region it is the alphabetically first one's,
 * so that a listing does not change with the order of the catalogue.
 */
export function findEndpoint({ endpoints }: Pick<ServiceAccess, "endpoints">, wanted: Wanted): ServiceEndpoint | null {
  const { type, interface: kind = "public" } = wanted;
  const region = wanted.region?.toLowerCase();
  const [first] = endpoints
    .filter((endpoint) => endpoint.type === type && endpoint.interface === kind)
    .filter((endpoint) => region === undefined || endpoint.region?.toLowerCase() === region)
    .toSorted((a, b) => compare(a.region ?? "", b.region ?? ""));
  return first ?? null;
}

/** The regions that offer any of these services, by this interface. */
export function regionsOf(
  { endpoints }: Pick<ServiceAccess, "endpoints">,
  types: readonly string[],
  kind: Interface = "public",
): string[] {
  const regions = endpoints
    .filter((endpoint) => types.includes(endpoint.type) && endpoint.interface === kind)
    .map(({ region }) => region);
  return [...new Set(regions)].filter((region) => region !== null).toSorted(compare);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
