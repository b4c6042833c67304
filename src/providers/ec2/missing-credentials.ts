/** The server's own credentials could not be had, by what its AWS configuration says. */
export class MissingCredentialsError extends Error {
  override readonly name = "MissingCredentialsError";

  /** `where`: what was looked at, where one thing was. */
  constructor(where: string | undefined, cause: unknown) {
    super(where === undefined ? whyOf(cause) : `${where}: ${whyOf(cause)}`, { cause });
  }
}

/** What the SDK's chain says where nothing was found in any place. */
const NONE_FOUND = "Could not load credentials from any providers";
const NONE_FOUND_ADVICE =
  "none in the backend, and none on this machine; give the backend apikey and apisecret, or this machine what the AWS command line uses (AWS_ACCESS_KEY_ID, ~/.aws, an instance role)";

/** AWS's own sentence, with its code where STS refused. */
function whyOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const said = cause.message.split("\n")[0] ?? "";
  if (said === NONE_FOUND) return NONE_FOUND_ADVICE;
  const isRefusal = "$fault" in cause;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  if (isRefusal) return `AWS's Security Token Service refuses (${cause.name}): ${said}`;
  return code === "" || said.includes(code) ? said || cause.name : `${code}: ${said}`;
}
