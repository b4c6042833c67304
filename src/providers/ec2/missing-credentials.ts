/** The server's own credentials could not be had, by what its AWS configuration says. */
export class MissingCredentialsError extends Error {
  override readonly name = "MissingCredentialsError";

  /** `where`: what was looked at, where one thing was. */
  constructor(where: string | undefined, cause: unknown) {
    super(where === undefined ? whyOf(cause) : `${where}: ${whyOf(cause)}`, { cause });
  }
}

/** AWS's own sentence, with its code where STS refused. */
function whyOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const said = cause.message.split("\n")[0] ?? "";
  const isRefusal = "$fault" in cause;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  if (isRefusal) return `AWS's Security Token Service refuses (${cause.name}): ${said}`;
  return code === "" || said.includes(code) ? said || cause.name : `${code}: ${said}`;
}
