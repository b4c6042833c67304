import { lookup, type LookupAddress, type LookupAllOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import type { ProviderLimits } from "../../provider.ts";
import { METADATA_NAMES, METADATA_NETS } from "./metadata-addresses.ts";

/** Said of an address that may hold instance credentials; callers turn it into a ProviderError. */
export class RefusedAddressError extends Error {
  override readonly name = "RefusedAddressError";
}

const NETS = METADATA_NETS.map((net) => ipaddr.parseCIDR(net));

/** Metadata services by IPv4, which translators of any network's own prefix reach as well. */
const FIXED = ["169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192"].map((address) =>
  ipaddr.parse(address).toByteArray(),
);

const LAST = 12;
/** IPv6 nets whose addresses stand for an IPv4 address, and where in their 16 bytes that may be. */
const TRANSLATED = (
  [
    // IPv4-compatible, and what a stateless translator takes (RFC 4291, 6145).
    ["::/96", LAST],
    ["::ffff:0:0:0/96", LAST],
    // NAT64: the well-known prefix, and the one for local use (RFC 6052, 8215).
    ["64:ff9b::/96", LAST],
    ["64:ff9b:1::/48", LAST],
    // 6to4 (RFC 3056), and the server of a Teredo client (RFC 4380).
    ["2002::/16", 2],
    ["2001::/32", 4],
  ] as const
).map(([net, at]) => ({ net: ipaddr.parseCIDR(net), at }));

/**
 * Whether `address` (an IP literal) is link-local or a metadata service's; bracketed forms, a dot at the end, numbers as
 * `inet_aton` takes them, IPv4-mapped addresses and those that a translator turns into IPv4 included.
 */
export function isLinkLocal(address: string): boolean {
  const literal = address.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (!ipaddr.isValid(literal)) return false;
  const ip = ipaddr.process(literal);
  if (isRefused(ip)) return true;
  if (ip.kind() === "ipv4") return false;
  const bytes = ip.toByteArray();
  const stoodFor = TRANSLATED.filter(({ net }) => ip.match(net)).map(({ at }) => bytes.slice(at, at + 4));
  return stoodFor.some((four) => isRefused(ipaddr.fromByteArray(four))) || holdsFixed(bytes);
}

function isRefused(ip: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return ip.range() === "linkLocal" || NETS.some((net) => ip.kind() === net[0].kind() && ip.match(net));
}

/**
 * Whether the four bytes of a metadata service stand anywhere in an IPv6 address: networks choose their own prefixes for
 * NAT64, and leave out the ninth byte where the prefix is short (RFC 6052, 2.2).
 */
function holdsFixed(bytes: readonly number[]): boolean {
  const forms = [bytes, bytes.toSpliced(8, 1)];
  return forms.some((form) =>
    form.some((_, at) => FIXED.some((four) => four.every((byte, offset) => form[at + offset] === byte))),
  );
}

/** Whether a host, as a URL or a user has it, is a refused IP literal or the name of a metadata service. */
function isRefusedHost(host: string): boolean {
  return isLinkLocal(host) || METADATA_NAMES.has(host.toLowerCase().replace(/\.$/, ""));
}

/**
 * What of a host leads to a refused address: the host itself, or an address that its name has now; undefined for none, and
 * for a name that has no address. For what is connected to by others; our own connections have `guardedLookup`.
 */
export async function findRefused(host: string, resolve: Resolve = lookup): Promise<string | undefined> {
  if (isRefusedHost(host)) return host;
  const name = host.replace(/^\[|\]$/g, "");
  const addresses = await new Promise<LookupAddress[]>((found) =>
    resolve(name, { all: true }, (error, all) => found(error ? [] : all)),
  );
  const refused = addresses.find(({ address }) => isLinkLocal(address));
  return refused && `${host} (${refused.address})`;
}

/** Throws RefusedAddressError when the URL's host is a refused IP literal; other names are left to `guardedLookup`. */
export function assertAllowedHost(url: URL, limits: AddressLimits): void {
  if (!limits.allowLinkLocal && isRefusedHost(url.hostname)) refuse(url.hostname);
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
