import { readFileSync } from "node:fs";

/*
 * Prints how many tests passed, failed and were skipped, of the JSON reports of the house tests and of the server tests.
 * Fails when a test failed, when a report is missing, or when a server test was skipped.
 */

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  /** False also when a file failed before its first test. */
  readonly success: boolean;
}

const [house, servers] = process.argv.slice(2).map((file): Report => JSON.parse(readFileSync(file, "utf8")));
if (house === undefined || servers === undefined) throw new Error("expected two reports: house, servers");

const sum = (count: (report: Report) => number): number => count(house) + count(servers);
const skipped = sum((report) => report.numPendingTests);
if (servers.numPendingTests > 0) console.log(`${servers.numPendingTests} server tests were skipped; expected none`);
if (skipped > 0) console.log(`skipped: ${skipped}`);
console.log(`${sum((report) => report.numPassedTests)} passed, ${sum((report) => report.numFailedTests)} failed`);
if (!house.success || !servers.success || servers.numPendingTests > 0) process.exitCode = 1;
