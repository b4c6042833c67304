import { lookup, type LookupAddress, type LookupAllOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import type { ProviderLimits } from "../provider.ts";

/** Said of an address that may hold instance credentials; callers turn it into a ProviderError. */
export class RefusedAddressError extends Error {
  override readonly name = "RefusedAddressError";
}

/** AWS serves instance metadata over IPv6 here, outside the link-local range. */
const IPV6_METADATA = "fd00:ec2::254";

/** Whether `address` (an IP literal) is link-local, IPv4-mapped and bracketed forms included. */
export function isLinkLocal(address: string): boolean {
  const literal = address.replace(/^\[|\]$/g, "");
  if (!ipaddr.isValid(literal)) return false;
  const ip = ipaddr.process(literal);
  return ip.range() === "linkLocal" || ip.toNormalizedString() === ipaddr.parse(IPV6_METADATA).toNormalizedString();
}

/** Throws RefusedAddressError when the URL's host is a refused IP literal; names are left to `guardedLookup`. */
export function assertAllowedHost(url: URL, limits: ProviderLimits): void {
  if (!limits.allowLinkLocal && isLinkLocal(url.hostname)) refuse(url.hostname);
}

/** Finds all addresses of a name, as `lookup` of `node:dns` does. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A DNS look-up for http agents that refuses names leading to link-local addresses at the moment of connecting. */
export function guardedLookup(limits: ProviderLimits, resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const bad = limits.allowLinkLocal ? undefined : addresses.find(({ address }) => isLinkLocal(address));
      if (bad) return callback(new RefusedAddressError(refusal(`${hostname} (${bad.address})`)), []);
      if (options.all) return callback(null, addresses);
      const [first] = addresses;
      if (!first) return callback(new Error(`no address for ${hostname}`), []);
      callback(null, first.address, first.family);
    });
  };
}

function refuse(host: string): never {
  throw new RefusedAddressError(refusal(host));
}

/** For people. */
export function refusal(host: string): string {
  return `${host} is a link-local address; set IMAGEDEX_ALLOW_LINK_LOCAL=true to reach it`;
}
