import { z } from "zod";
import { ConfigError } from "../../errors.ts";
import { shownBackend } from "../../http/resources/backends.ts";
import type { AskedApi } from "./asked-api.ts";

/** The backends of these ids, or all that are enabled. Rejects with ConfigError where there is none, NotFoundError for a wrong id. */
export async function readAskedBackends(
  api: AskedApi,
  ids: readonly string[],
): Promise<readonly z.infer<typeof shownBackend>[]> {
  if (ids.length > 0)
    return Promise.all(ids.map(async (id) => shownBackend.parse((await api.read(pathOfBackend(id))).json)));
  const all = z.array(shownBackend).parse((await api.read("/backends")).json);
  const enabled = all.filter((backend) => backend.enabled);
  if (enabled.length === 0) throw new ConfigError("there is no enabled backend; add one with: imagedex backends add");
  return enabled;
}

export function pathOfBackend(id: string): string {
  return `/backends/${encodeURIComponent(id)}`;
}
