import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { BackendJson } from "../server/answers.ts";
import type { ShownCatalogue } from "../use-catalogue.ts";
import { usePermissions } from "../use-session.ts";
import { BackendCard } from "./backend-card.tsx";
import { BackendForm } from "./backend-form.tsx";

/** The dialog that shows, adds, changes and removes backends. */
export function BackendsDialog({ catalogue, onClose }: { catalogue: ShownCatalogue; onClose(): void }): JSX.Element {
  const { canSetUp } = usePermissions();
  const dialog = useRef<HTMLDialogElement>(null);
  // What is edited: a backend, or null for a new one; undefined for none.
  const [edited, setEdited] = useState<BackendJson | null | undefined>(undefined);
  useEffect(() => dialog.current?.showModal(), []);
  const saved = (): void => {
    setEdited(undefined);
    catalogue.refresh();
  };
  return (
    <dialog ref={dialog} class="backends" aria-labelledby="backends-title" onClose={onClose}>
      <div class="image-head">
        <h2 id="backends-title">
          {edited === undefined ? "Backends" : edited ? `Edit ${edited.title}` : "Add a backend"}
        </h2>
        <button
          type="button"
          class="quiet close"
          aria-label={edited === undefined ? "Close backends" : "Back to the backends"}
          onClick={() => (edited === undefined ? dialog.current?.close() : setEdited(undefined))}
        >
          ×
        </button>
      </div>
      {edited !== undefined && <BackendForm backend={edited} onSaved={saved} onCancel={() => setEdited(undefined)} />}
      {edited === undefined && (
        <>
          <ul class="backend-list">
            {catalogue.backends?.map((backend) => (
              <BackendCard
                key={backend.id}
                backend={backend}
                progress={[...catalogue.progress.values()].filter(({ backends }) => backends.includes(backend.id))}
                onEdit={() => setEdited(backend)}
                onChanged={catalogue.refresh}
              />
            ))}
          </ul>
          {canSetUp ? (
            <div class="actions">
              <button type="button" class="primary" onClick={() => setEdited(null)}>
                Add a backend
              </button>
            </div>
          ) : (
            <p class="hint">Adding and changing backends needs an admin token for all backends.</p>
          )}
        </>
      )}
    </dialog>
  );
}
