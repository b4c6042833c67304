import type { JSX } from "preact";
import { type AddingEvents, REGION_COUNT, useAllRegions } from "./use-all-regions.ts";

interface AllRegionsProps extends AddingEvents {
  readonly body: Readonly<Record<string, string | null>>;
}

/** Adds all regions of EC2 at once, with the credentials that stand in the form. */
export function AllRegions({ body, ...events }: AllRegionsProps): JSX.Element {
  const { adding, add, goOn } = useAllRegions(body, events);
  return (
    <div class="all-regions">
      <div class="actions">
        <button type="button" disabled={adding.kind === "adding"} onClick={add}>
          Test and add all regions
        </button>
      </div>
      <small class="hint">
        One backend for each of the {REGION_COUNT} regions that every AWS account has. Regions that you enabled yourself
        are added one by one.
      </small>
      <div class="outcome" aria-live="polite">
        {adding.kind === "adding" && (
          <p class="sync">
            <span class="sync-text">
              {adding.region}: asking, {adding.done} of {REGION_COUNT} regions done
            </span>
            <progress aria-label="Regions" max={REGION_COUNT} value={adding.done} />
          </p>
        )}
        {adding.kind === "ended" && <Ended {...adding} onGoOn={goOn} />}
      </div>
    </div>
  );
}

interface EndedProps {
  readonly added: readonly string[];
  readonly failed: readonly string[];
  onGoOn(): void;
}

function Ended({ added, failed, onGoOn }: EndedProps): JSX.Element {
  return (
    <>
      {failed.map((text) => (
        <p key={text} class="notice bad">
          {text}
        </p>
      ))}
      {added.length > 0 && (
        <p class="notice good">
          <span>Added: {added.join(", ")}.</span>
          <button type="button" class="link" onClick={onGoOn}>
            Go on
          </button>
        </p>
      )}
    </>
  );
}
