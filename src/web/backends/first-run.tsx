import type { JSX } from "preact";
import { BackendForm } from "./backend-form.tsx";

interface FirstRunProps {
  /** Whether the server has said who the user is. */
  readonly isKnown: boolean;
  readonly canAdd: boolean;
  onAdded(): void;
  readonly onBusy: (isBusy: boolean) => void;
}

/** The page of a new server, which has nothing to search yet. */
export function FirstRun({ isKnown, canAdd, onAdded, onBusy }: FirstRunProps): JSX.Element {
  return (
    <main class="welcome wide">
      <h1 class="wordmark">imagedex</h1>
      <p class="lead">
        No cloud is listed yet.{" "}
        {canAdd && "Add a backend (an account and a region of a cloud) to copy and search all of its machine images."}
        {canAdd && " Without an account, choose Simple streams: it lists Canonical's Ubuntu images."}
        {isKnown && !canAdd && "Somebody with an admin token for all backends can add one."}
      </p>
      {canAdd && (
        <div class="card">
          <h2>Add a backend</h2>
          <BackendForm backend={null} onSaved={onAdded} onBusy={onBusy} />
        </div>
      )}
    </main>
  );
}
