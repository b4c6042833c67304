import type { JSX } from "preact";
import { grouped } from "./ages.ts";
import type { ProgressNews } from "./server/news.ts";
import type { ShownCatalogue } from "./use-catalogue.ts";

interface NoticesProps {
  readonly catalogue: ShownCatalogue;
  /** What else went wrong. */
  readonly failed: string | null;
  onDismiss(): void;
}

/** Syncs under way, and what went wrong. */
export function Notices({ catalogue, failed, onDismiss }: NoticesProps): JSX.Element {
  const { progress, failures, problem, dismiss } = catalogue;
  return (
    <div class="notices">
      {[...progress.values()].map((news) => (
        <SyncProgress key={news.run} {...news} />
      ))}
      {problem !== null && <Notice text={`The backends could not be read: ${problem}`} />}
      {[...failures.values()].map(({ source, state, error }) => (
        <Notice
          key={source}
          text={`The sync of ${source} ${state === "refused" ? "was refused" : "failed"}: ${error ?? "no reason given"}`}
          onDismiss={() => dismiss(source)}
        />
      ))}
      {failed !== null && <Notice text={failed} onDismiss={onDismiss} />}
    </div>
  );
}

function Notice({ text, onDismiss }: { text: string; onDismiss?: () => void }): JSX.Element {
  return (
    <p class="notice bad" role="alert">
      <span>{text}</span>
      {onDismiss && (
        <button type="button" class="quiet" aria-label="Dismiss" onClick={onDismiss}>
          ×
        </button>
      )}
    </p>
  );
}

const PHASES: Readonly<Record<string, string>> = {
  queued: "waiting",
  running: "listing",
  listing: "listing",
  committing: "saving",
};

/** How far one sync is. */
export function SyncProgress({ source, phase, listed, expected }: Omit<ProgressNews, "event">): JSX.Element {
  const text = `${source}: ${PHASES[phase] ?? phase}, ${grouped(listed)}${expected > 0 ? ` of about ${grouped(expected)}` : ""} images`;
  const isMeasured = expected > 0 && phase !== "committing";
  return (
    <p class="sync">
      <span class="sync-text">{text}</span>
      <progress
        aria-label={`Sync of ${source}`}
        {...(isMeasured && { max: Math.max(expected, listed), value: listed })}
      />
    </p>
  );
}
