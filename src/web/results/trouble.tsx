import type { JSX } from "preact";
import { ageOf } from "../ages.ts";
import { SyncProgress } from "../notices.tsx";
import type { ServerProblem } from "../server/server.ts";
import type { ShownCatalogue } from "../use-catalogue.ts";
import type { ChangeView } from "../use-view.ts";
import { withFilter } from "../view.ts";
import type { Search } from "./use-search.ts";

interface TroubleProps {
  readonly problem: ServerProblem;
  readonly search: Search;
  readonly catalogue: ShownCatalogue;
  readonly onChange: ChangeView;
}

/** Why there is no answer. */
export function Trouble({ problem, search, catalogue, onChange }: TroubleProps): JSX.Element {
  const isListing = problem.progress.some(({ phase }) => phase !== "failed");
  const isPending = problem.missing.some(({ code }) => code === "pending");
  if (isListing && isPending) return <FirstListing problem={problem} catalogue={catalogue} onChange={onChange} />;
  if (problem.missing.length > 0) return <NotListed problem={problem} search={search} onChange={onChange} />;
  return (
    <div class="empty" role="alert">
      <h2>{problem.status === 0 ? "No connection" : "The search failed"}</h2>
      <p>
        {problem.message} {problem.status === 0 && "This page tries again by itself."}
      </p>
      {problem.status === 0 && search.found && <p>Below is the server's last answer.</p>}
      {problem.nextTry !== null && <p>The next try is {ageOf(problem.nextTry)}.</p>}
      <button type="button" onClick={search.again}>
        Try again
      </button>
    </div>
  );
}

/** The progress of the first listing. Progress from the server's news is shown above already. */
function FirstListing({ problem, catalogue, onChange }: Omit<TroubleProps, "search">): JSX.Element {
  const told = new Set([...catalogue.progress.values()].map(({ source }) => source));
  return (
    <div class="empty" role="status">
      <h2>The first listing is running</h2>
      <p>You can search as soon as the listing is complete. This page will show the images.</p>
      {problem.progress
        .filter(({ source, phase }) => phase !== "failed" && !told.has(source))
        .map((progress) => (
          <SyncProgress key={progress.source} {...progress} backends={[]} run={0} expected={0} />
        ))}
      {problem.progress.map(({ source, error }) => error !== undefined && <p key={source}>{error}</p>)}
      <ShowListed onChange={onChange} />
    </div>
  );
}

/** Nothing was found, but some sources are not listed and may have it. */
function NotListed({ problem, search, onChange }: Omit<TroubleProps, "catalogue">): JSX.Element {
  return (
    <div class="empty" role="alert">
      <h2>Not everything is listed</h2>
      <p>There is no certain answer while these are missing:</p>
      <ul>
        {problem.missing.map(({ source, reason }) => (
          <li key={source}>
            {source}: {reason}
          </li>
        ))}
      </ul>
      {problem.nextTry !== null && <p>The next try is {ageOf(problem.nextTry)}.</p>}
      <ShowListed onChange={onChange} />{" "}
      <button type="button" onClick={search.again}>
        Try again
      </button>
    </div>
  );
}

function ShowListed({ onChange }: Pick<TroubleProps, "onChange">): JSX.Element {
  return (
    <button type="button" onClick={() => onChange((before) => withFilter(before, "partial", ["true"]))}>
      Show what is listed
    </button>
  );
}
