import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { type Backend, listBackends, readSecrets } from "../../record/backends.ts";
import { assertWritable } from "../../catalogue/file/connection.ts";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import type { SecretBox } from "../../catalogue/file/secret-box.ts";
import { holdsSecrets } from "../../catalogue/file/secret-key.ts";
import type { ImageSearch } from "../../search/answer/search-images.ts";
import { counted, shownSize } from "../print.ts";
import { fail, type Finding } from "./finding.ts";

/** Whether this user can write the open file and its folder. */
export function checkDatabase(catalogue: Catalogue, search: Pick<ImageSearch, "imageCount">): Finding {
  const { file } = catalogue;
  try {
    for (const path of [file, dirname(file)]) accessSync(path, constants.W_OK);
    assertWritable(catalogue);
  } catch (error) {
    return fail("database", error, `let this user write ${file} and its folder; until then only searches work`);
  }
  const images = search.imageCount(listBackends(catalogue));
  const detail = `${file}: ${counted(images, "image")}, ${shownSize(statSync(file).size)}`;
  return { check: "database", state: "ok", detail };
}

/** The mode of the key file; 0 without one. Call it before the catalogue is opened, which tightens the mode. */
export function keyMode(database: string): number {
  return statSync(`${database}.key`, { throwIfNoEntry: false })?.mode ?? 0;
}

/** Whether the key opens the secrets of every backend, and whether the key file, which has this mode, is private. */
export function checkKey(catalogue: Catalogue, box: SecretBox, mode: number): Finding {
  const { missing } = box;
  if (missing !== undefined && (mode !== 0 || holdsSecrets(catalogue)))
    return fail("secret key", missing, "without the key imagedex can search, but not serve or sync");
  if (missing !== undefined)
    return { check: "secret key", state: "ok", detail: "none yet; created when it is first needed" };
  const sealed = listBackends(catalogue).filter(({ hasCredentials }) => hasCredentials);
  const closed = sealed.filter((backend) => !opens(catalogue, backend, box)).map(({ id }) => id);
  if (closed.length > 0) {
    const advice =
      "set IMAGEDEX_SECRET_KEY to the key that they were sealed with (or restore the .key file), or enter the credentials again";
    return {
      check: "secret key",
      state: "fail",
      detail: `the credentials of ${closed.join(", ")} cannot be decrypted`,
      advice,
    };
  }
  const keyFile = `${catalogue.file}.key`;
  if ((mode & 0o077) !== 0) {
    const detail = `${keyFile} can be read by others (mode ${(mode & 0o777).toString(8)})`;
    return { check: "secret key", state: "warn", detail, advice: `chmod 600 ${keyFile}` };
  }
  return {
    check: "secret key",
    state: "ok",
    detail:
      sealed.length === 0
        ? "readable; no backend has credentials"
        : `decrypts the credentials of ${counted(sealed.length, "backend")}`,
  };
}

function opens(catalogue: Catalogue, { id }: Backend, box: SecretBox): boolean {
  try {
    readSecrets(catalogue, id, box);
    return true;
  } catch {
    return false;
  }
}
