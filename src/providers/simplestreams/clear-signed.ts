import { parseJson } from "../transport/http/parse-json.ts";

/**
 * The JSON of a clear-signed file (`.sjson`, RFC 9580, section 7): what stands between its headers and its signature. The
 * signature is not checked: without a keyring nobody knows who may sign (see keyring.ts). Throws where there is no such text.
 */
export function readClearSigned(text: string): unknown {
  // Looked for one after the other: one pattern for all would look for the end anew from each of many beginnings.
  const from = text.search(/^-----BEGIN PGP SIGNED MESSAGE-----/m);
  const blank = /\n\r?\n/g;
  blank.lastIndex = Math.max(from, 0);
  const ends =
    from >= 0 && blank.test(text) ? text.indexOf("\n-----BEGIN PGP SIGNATURE-----", blank.lastIndex - 1) : -1;
  if (ends < 0) throw new Error("expected a clear-signed text");
  return parseJson(text.slice(blank.lastIndex, ends).replace(/^- /gm, ""));
}
