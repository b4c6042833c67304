import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import type { SecretBox } from "../catalogue/file/secret-box.ts";
import { ConfigError } from "../errors.ts";
import { listBackends, readSecrets } from "./backends.ts";
import { listWebhooks, readWebhookSecret } from "./webhooks.ts";

/**
 * Throws ConfigError where the key opens none of the secrets that a catalogue holds: what is sealed with it would stand beside what
 * another key sealed. One secret among others that does not open is told of where it is needed.
 */
export function refuseWrongKey(catalogue: Catalogue, box: SecretBox): void {
  let isWrong = false;
  for (const secrets of secretsOf(catalogue, box)) {
    try {
      if (secrets()) return;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      isWrong = true;
    }
  }
  if (!isWrong) return;
  throw new ConfigError(
    `the secret key opens none of the credentials in ${catalogue.file}; set IMAGEDEX_SECRET_KEY to the key that they were stored with, ` +
      "or restore the key file; if the key is lost, remove the backends that have credentials or webhooks and add them again",
  );
}

/** For each secret, whether the key opens it. */
function* secretsOf(catalogue: Catalogue, box: SecretBox): Generator<() => boolean, void> {
  for (const { id } of listBackends(catalogue)) {
    yield () => Object.values(readSecrets(catalogue, id, box)).some((secret) => secret !== null);
    for (const webhook of listWebhooks(catalogue, id)) yield () => readWebhookSecret(catalogue, webhook, box) !== "";
  }
}
