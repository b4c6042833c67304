import type { JSX } from "preact";
import { BackendForm } from "./backend-form.tsx";

/** What a new server shows: there is nothing to search yet. */
export function FirstRun({ onAdded }: { onAdded(): void }): JSX.Element {
  return (
    <main class="welcome wide">
      <h1 class="wordmark">imagedex</h1>
      <p class="lead">
        No cloud is listed yet. Add a backend (an account and a region of a cloud) to copy and search all of its machine
        images.
      </p>
      <div class="card">
        <h2>Add a backend</h2>
        <BackendForm backend={null} onSaved={onAdded} />
      </div>
    </main>
  );
}
