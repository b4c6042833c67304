import type { JSX } from "preact";
import { ageOf } from "../ages.ts";
import { SyncProgress } from "../notices.tsx";
import type { ServerProblem } from "../server/server.ts";
import type { Catalogue } from "../use-catalogue.ts";

interface TroubleProps {
  readonly problem: ServerProblem;
  readonly catalogue: Catalogue;
}

/** Why there is no answer. */
export function Trouble({ problem, catalogue }: TroubleProps): JSX.Element {
  const isListing = problem.progress.some(({ phase }) => phase !== "failed");
  if (isListing) return <FirstListing problem={problem} catalogue={catalogue} />;
  return (
    <div class="empty" role="alert">
      <h2>{problem.status === 0 ? "No connection" : "That did not work"}</h2>
      <p>{problem.message}</p>
      {problem.nextTry !== null && <p>The next try is {ageOf(problem.nextTry)}.</p>}
      <button type="button" onClick={catalogue.refresh}>
        Try again
      </button>
    </div>
  );
}

/** How far a catalogue is that is being made. What news tells of is told above already. */
function FirstListing({ problem, catalogue }: TroubleProps): JSX.Element {
  const told = new Set([...catalogue.progress.values()].map(({ source }) => source));
  return (
    <div class="empty" role="status">
      <h2>The first listing is under way</h2>
      <p>Images can be searched as soon as the listing is complete; this page then shows them by itself.</p>
      {problem.progress
        .filter(({ source, phase }) => phase !== "failed" && !told.has(source))
        .map((progress) => (
          <SyncProgress key={progress.source} {...progress} backends={[]} run={0} expected={0} />
        ))}
      {problem.progress.map(({ source, error }) => error !== undefined && <p key={source}>{error}</p>)}
    </div>
  );
}
