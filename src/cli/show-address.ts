import { print } from "./print.ts";

/** People click on the address; log collectors get only the log. */
export function showAddress(url: string): void {
  if (process.stdout.isTTY) print(`imagedex serves ${url}/ (Ctrl-C ends it)`);
}
