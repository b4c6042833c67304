import type { Backend } from "../../record/backends.ts";
import { type AddressLimits, findRefused } from "../../providers/transport/http/guard-address.ts";
import type { Finding } from "./finding.ts";

/** AWS refuses requests signed with a clock that is further off; other clouds allow no more. */
const MOST_OFF_MS = 5 * 60_000;
const PATIENCE_MS = 5_000;

/** Compares this machine's clock with that of the first cloud that sends its time. */
export async function checkClock(
  backends: readonly Backend[],
  now: () => Date,
  { allowLinkLocal }: AddressLimits,
): Promise<Finding> {
  const urls = new Set(backends.flatMap((backend) => addressOf(backend) ?? []));
  for (const url of urls) {
    if (!allowLinkLocal && (await findRefused(new URL(url).hostname)) !== undefined) continue;
    const theirs = await dateOf(url);
    if (theirs === undefined) continue;
    const off = Math.round((now().getTime() - theirs) / 1000);
    const detail = `${Math.abs(off)} s ${off < 0 ? "behind" : "ahead of"} ${new URL(url).host}`;
    if (Math.abs(off) * 1000 <= MOST_OFF_MS) return { check: "clock", state: "ok", detail };
    return {
      check: "clock",
      state: "fail",
      detail,
      advice: "set the clock (NTP): clouds refuse requests signed with a wrong time",
    };
  }
  return { check: "clock", state: "ok", detail: "not compared: no cloud reported its time" };
}

function addressOf({ provider, apiurl, region }: Backend): string | undefined {
  if (apiurl !== null) return /^https?:/.test(apiurl) ? apiurl : undefined;
  return provider === "ec2" && region !== null ? `https://ec2.${region}.amazonaws.com/` : undefined;
}

/** The `Date` of the answer, which refusals have, too. Undefined without an answer or a valid date. */
async function dateOf(url: string): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const { headers } = await fetch(url, { method: "HEAD", redirect: "manual", signal });
    const at = Date.parse(headers.get("date") ?? "");
    return Number.isNaN(at) ? undefined : at;
  } catch {
    // Another check tells whether it can be reached.
    return undefined;
  }
}
