/**
 * The JSON of a clear-signed file (`.sjson`, RFC 9580, section 7): what stands between its headers and its signature. The
 * signature is not checked: without a keyring nobody knows who may sign. Throws where there is no such text.
 */
export function readClearSigned(text: string): unknown {
  const [, signed] = SIGNED.exec(text) ?? [];
  if (signed === undefined) throw new Error("expected a clear-signed text");
  return JSON.parse(signed.replace(/^- /gm, ""));
}

const SIGNED =
  /^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n([\s\S]*?)\r?\n-----BEGIN PGP SIGNATURE-----/m;
