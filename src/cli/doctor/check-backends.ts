import type { Backend } from "../../record/backends.ts";
import { lastEnded, lastWarning } from "../../record/runs.ts";
import { sourcesOf } from "../../record/sources.ts";
import { checkBackend } from "../../sync/check-backend.ts";
import type { Registrar } from "../../sync/register-backend.ts";
import { ConfigError } from "../../errors.ts";
import { ago, counted } from "../print.ts";
import { fail, type Finding } from "./finding.ts";

/** Whether a backend's cloud answers and takes its credentials: the first page of each of its sources is asked for. */
export async function checkCloud(registrar: Registrar, backend: Backend): Promise<Finding> {
  const check = `backend ${backend.id}`;
  if (!backend.enabled)
    return {
      check,
      state: "warn",
      detail: "disabled, so it is not synced",
      advice: `run: imagedex backends update ${backend.id} --enable`,
    };
  try {
    const sources = await checkBackend(registrar, {}, backend);
    const refused = sources.find(({ error }) => error !== null);
    if (refused)
      return fail(
        check,
        refused.error,
        `check its address, credentials and permissions; see: imagedex providers ${backend.provider}`,
      );
    return { check, state: "ok", detail: `${counted(sources.length, "source")} can be listed` };
  } catch (error) {
    const isOfKey = error instanceof ConfigError;
    return fail(
      check,
      error,
      isOfKey
        ? "see what was found about the secret key"
        : `its fields are wrong; see: imagedex providers ${backend.provider}`,
    );
  }
}

/** How the last listing of each of a backend's sources went, and how old it is. */
export function checkListings({ catalogue }: Registrar, { id }: Backend): Finding {
  const check = `listings of ${id}`;
  const sources = sourcesOf(catalogue, id);
  for (const source of sources) {
    const last = lastEnded(catalogue, source.id, "full");
    if (last && last.state !== "complete") {
      const detail = `last sync ${last.state} ${ago(last.finishedAt)}: ${last.error ?? "unknown reason"}`;
      return { check, state: "warn", detail, advice: `run: imagedex sync ${id}` };
    }
    if (source.syncedAt === null)
      return { check, state: "warn", detail: `${source.key} was never listed`, advice: `run: imagedex sync ${id}` };
  }
  const oldest = sources.flatMap(({ syncedAt }) => syncedAt ?? []).toSorted()[0] ?? null;
  const warnings = new Set(sources.flatMap((source) => lastWarning(catalogue, source.id) ?? []));
  if (warnings.size === 0) return { check, state: "ok", detail: `complete, ${ago(oldest)}` };
  return { check, state: "warn", detail: `listed ${ago(oldest)}, but ${[...warnings].join("; ")}` };
}
