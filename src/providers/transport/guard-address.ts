import { lookup, type LookupAddress, type LookupAllOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import type { ProviderLimits } from "../provider.ts";

/** Said of an address that may hold instance credentials; callers turn it into a ProviderError. */
export class RefusedAddressError extends Error {
  override readonly name = "RefusedAddressError";
}

/** Clouds serve instance metadata and credentials here as well: AWS and Google over IPv6, Alibaba. */
const METADATA = ["fd00:ec2::/32", "fd20:ce::254/128", "100.100.100.200/32"].map((range) => ipaddr.parseCIDR(range));

/** Names of metadata services; whatever else leads there is found out by its address. */
const METADATA_NAMES = new Set([
  "instance-data",
  "instance-data.ec2.internal",
  "metadata.goog",
  "metadata.google.internal",
]);

/** IPv6 ranges whose addresses stand for an IPv4 address, and where in its 16 bytes that is (RFC 6052, 6145, 3056). */
const EMBEDDED_AT: Readonly<Record<string, number>> = { rfc6052: 12, rfc6145: 12, "6to4": 2 };

/**
 * Whether `address` (an IP literal) is link-local or a metadata service's; bracketed forms, IPv4-mapped ones and those
 * that a translator turns into IPv4 included.
 */
export function isLinkLocal(address: string): boolean {
  const literal = address.replace(/^\[|\]$/g, "");
  if (!ipaddr.isValid(literal)) return false;
  const ip = ipv4Of(ipaddr.process(literal));
  return ip.range() === "linkLocal" || METADATA.some(([net, bits]) => ip.kind() === net.kind() && ip.match(net, bits));
}

/** The IPv4 address that an IPv6 one stands for, if it does. */
function ipv4Of(ip: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  const at = EMBEDDED_AT[ip.range()];
  return at === undefined ? ip : ipaddr.fromByteArray(ip.toByteArray().slice(at, at + 4));
}

/** Throws RefusedAddressError when the URL's host is a refused IP literal; other names are left to `guardedLookup`. */
export function assertAllowedHost(url: URL, limits: AddressLimits): void {
  const isRefused = isLinkLocal(url.hostname) || METADATA_NAMES.has(url.hostname.replace(/\.$/, ""));
  if (!limits.allowLinkLocal && isRefused) refuse(url.hostname);
}

/** What an operator allows; see `ProviderLimits`. */
export type AddressLimits = Pick<ProviderLimits, "allowLinkLocal">;

/** Finds all addresses of a name, as `lookup` of `node:dns` does. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A DNS look-up for http agents that refuses names leading to link-local addresses at the moment of connecting. */
export function guardedLookup(limits: AddressLimits, resolve: Resolve = lookup): LookupFunction {
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
  return `${host} is a link-local address or a metadata service; set IMAGEDEX_ALLOW_LINK_LOCAL=true to reach it`;
}
