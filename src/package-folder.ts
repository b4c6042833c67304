import { join } from "node:path";

/**
 * The folder of package.json, the migrations and dist. This file stands one folder below it: in src, and bundled in dist, whose
 * scripts are all in one folder.
 */
export const PACKAGE_FOLDER = join(import.meta.dirname, "..");
