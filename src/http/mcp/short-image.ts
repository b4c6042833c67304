import { z } from "zod";

const text = z.string().nullish();
const entry = z.object({
  backend_id: z.string().optional(),
  id: z.string(),
  name: z.string(),
  publisher: text,
  trust: text,
  deprecated_at: text,
  retired_at: text,
  region: text,
  extra: z
    .object({
      architecture: text.catch(null),
      owner_id: text.catch(null),
      creation_date: text.catch(null),
      created: text.catch(null),
      state: text.catch(null),
    })
    .catch({}),
});

/** The fields that an agent needs to choose an image; it can ask for the rest by id. */
export function shortImage(value: unknown): object {
  const { backend_id: backendId, extra, ...image } = entry.parse(value);
  const { architecture, owner_id: ownerId, creation_date: creationDate, created, state } = extra;
  const known = {
    backend_id: backendId,
    ...image,
    owner_id: ownerId,
    architecture,
    created: creationDate ?? created,
    state: state === "available" ? undefined : state,
  };
  return Object.fromEntries(Object.entries(known).filter(([, one]) => one !== undefined && one !== null));
}

/** The images of a list. */
export function shortImages(json: unknown): object[] {
  return z.array(z.unknown()).catch([]).parse(json).map(shortImage);
}
