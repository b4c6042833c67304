import type { GetAllowedImagesSettingsResult } from "@aws-sdk/client-ec2";

/** An account's criteria can be many; a warning names the first few image providers. */
const NAMED = 5;

/**
 * What a listing lacks under an account's Allowed AMIs setting; undefined when nothing. Only `enabled` hides: under
 * `audit-mode` every AMI is shown, and told by `image_allowed`.
 */
export function allowedImagesWarning({ State, ImageCriteria }: GetAllowedImagesSettingsResult): string | undefined {
  if (State !== "enabled") return undefined;
  const providers = (ImageCriteria ?? []).flatMap(({ ImageProviders }) => ImageProviders ?? []);
  const named = [...new Set(providers)].slice(0, NAMED).join(", ");
  const allowed = named === "" ? "" : ` (it allows ${named}${providers.length > NAMED ? ", …" : ""})`;
  return `the account's Allowed AMIs setting is enabled: AMIs that it does not allow are not listed${allowed}`;
}
