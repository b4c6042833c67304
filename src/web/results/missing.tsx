import type { JSX } from "preact";

const REASONS: Readonly<Record<string, string>> = {
  pending: "not listed yet",
  forbidden: "permission refused",
  credentials: "credentials missing or refused",
  disabled: "its backend is disabled",
  failed: "its listing failed",
  unanswered: "did not answer this search",
};

/** Reads `X-Catalogue-Missing`: `ec2 eu-west-1 public; forbidden, 3 more`, as `source (why)`. */
export function readMissing(header: string | null): string[] {
  if (header === null) return [];
  return header.split(", ").map((entry) => {
    const [source = "", code] = entry.split("; ");
    return code === undefined ? source : `${decodeURIComponent(source)} (${REASONS[code] ?? code})`;
  });
}

/** What an answer lacks. */
export function Missing({ missing }: { missing: readonly string[] }): JSX.Element | null {
  if (missing.length === 0) return null;
  return (
    <p class="missing" role="status">
      Not everything is listed. Missing: {missing.join(", ")}.
    </p>
  );
}
