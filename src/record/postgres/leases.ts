import { randomUUID } from "node:crypto";
import { isOutOfReach, outOfReach, type RecordLink } from "./connect.ts";

/** A lease: as long as it is renewed, this node alone works on something. */
export interface Lease extends Disposable {
  /** Whether it was renewed in time, as far as this node can tell: one that was frozen cannot. */
  isHeld(): boolean;
}

/** Who works on what, over all nodes; by PostgreSQL's clock. */
export interface Leases extends AsyncDisposable {
  /** Undefined when somebody else has it. Rejects with BusyError when the record is out of reach. */
  take(name: string): Promise<Lease | undefined>;
  /** Whether anybody has it. */
  isTaken(name: string): Promise<boolean>;
}

/** In seconds: a node that died has its leases for so long. */
const LEASE_S = 15;
const RENEW_MS = 5_000;
const ASK_MS = 4_000;

export function openLeases(link: RecordLink, leaseS = LEASE_S): Leases {
  const held = new Map<string, { readonly name: string; renewedAt: number }>();
  let releases: Promise<unknown> = Promise.resolve();
  const renew = async (): Promise<void> => {
    const at = performance.now();
    if (held.size === 0) return;
    const renewed = await link.within(
      ASK_MS,
      (client) => client<{ holder: string }[]>`
        UPDATE leases SET until = clock_timestamp() + ${leaseS} * interval '1 second'
        WHERE holder IN (SELECT json_array_elements_text(${JSON.stringify([...held.keys()])}::text::json)::uuid) RETURNING holder`,
    );
    for (const { holder } of renewed) Object.assign(held.get(holder) ?? {}, { renewedAt: at });
  };
  // A lease that could not be renewed runs out by itself.
  const renewing = setInterval(() => void renew().catch(() => undefined), Math.min(RENEW_MS, leaseS * 333)).unref();
  const release = (holder: string): void => {
    if (!held.delete(holder)) return;
    const free = async (): Promise<void> => {
      await link.within(ASK_MS, (client) => client`DELETE FROM leases WHERE holder = ${holder}`);
    };
    releases = releases.then(free).catch(() => undefined);
  };
  return {
    async take(name) {
      await releases;
      const holder = randomUUID();
      const at = performance.now();
      const taken = await ask(
        link.within(
          ASK_MS,
          (client) => client`
            INSERT INTO leases (name, holder, until) VALUES (${name}, ${holder}, clock_timestamp() + ${leaseS} * interval '1 second')
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
            WHERE leases.until < clock_timestamp() RETURNING name`,
        ),
      );
      if (taken.length === 0) return undefined;
      held.set(holder, { name, renewedAt: at });
      return {
        isHeld: () => performance.now() - (held.get(holder)?.renewedAt ?? Number.NEGATIVE_INFINITY) < leaseS * 1000,
        [Symbol.dispose]: () => release(holder),
      };
    },
    async isTaken(name) {
      await releases;
      const [row] = await ask(
        link.within(
          ASK_MS,
          (client) => client`SELECT 1 FROM leases WHERE name = ${name} AND until > clock_timestamp()`,
        ),
      );
      return row !== undefined;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(renewing);
      for (const holder of held.keys()) release(holder);
      await releases;
    },
  };
}

async function ask<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw isOutOfReach(error) ? outOfReach(error) : error;
  }
}
