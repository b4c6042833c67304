import { useState } from "preact/hooks";
import { DEFAULT_REGIONS } from "../../providers/ec2/launch-regions.ts";
import type { BackendCheck } from "../server/answers.ts";
import { messageOf, type Server } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";

/** The progress of adding. */
export type Adding =
  | { readonly kind: "none" }
  | { readonly kind: "adding"; readonly region: string; readonly done: number }
  | { readonly kind: "ended"; readonly added: readonly string[]; readonly failed: readonly string[] };

export interface AllRegionsAdder {
  readonly adding: Adding;
  readonly add: () => void;
  /** Goes on without the regions that failed. */
  readonly goOn: () => void;
}

export interface AddingEvents {
  /** All regions were added. */
  readonly onAdded: () => void;
  /** True from the first region until the result was read. */
  readonly onBusy?: ((isBusy: boolean) => void) | undefined;
}

/** A draft's fields as the server takes them. */
type Body = Readonly<Record<string, string | null>>;

/** Adds a backend for each region that every account of AWS may use, with the same credentials; each is tried first. */
export function useAllRegions(body: Body, { onAdded, onBusy }: AddingEvents): AllRegionsAdder {
  const server = useServer();
  const [adding, setAdding] = useState<Adding>({ kind: "none" });
  const goOn = (): void => {
    onBusy?.(false);
    onAdded();
  };
  const add = async (): Promise<void> => {
    const added: string[] = [];
    const failed: string[] = [];
    onBusy?.(true);
    for (const [done, region] of DEFAULT_REGIONS.entries()) {
      setAdding({ kind: "adding", region, done });
      const problem = await addRegion(server, body, region);
      if (problem === null) added.push(region);
      else failed.push(`${region}: ${problem}`);
      // Credentials that are wrong in one region are wrong in all.
      if (added.length === 0 && failed.length === MOST_FAILURES) {
        failed.push(`The other ${DEFAULT_REGIONS.length - MOST_FAILURES} regions were not tried.`);
        break;
      }
    }
    setAdding({ kind: "ended", added, failed });
    if (added.length === 0) onBusy?.(false);
    else if (failed.length === 0) goOn();
  };
  return { adding, add: () => void add(), goOn };
}

const MOST_FAILURES = 2;

/** Null when the region was added, else why not. */
async function addRegion(server: Server, body: Body, region: string): Promise<string | null> {
  const { id: _, title: __, ...settings } = body;
  try {
    const { ok, sources } = await server.send<BackendCheck>("POST", "/backends/check", { ...settings, region });
    if (!ok) return sources.flatMap(({ error }) => error ?? []).join("; ");
    await server.send("POST", "/backends", { ...settings, region, id: `ec2-${region}`, title: `EC2 ${region}` });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

export const REGION_COUNT = DEFAULT_REGIONS.length;
