import type { JSX } from "preact";
import { countOf } from "../ages.ts";
import type { BackendJson } from "../server/answers.ts";
import { AllRegions } from "./all-regions.tsx";
import { isUntold } from "./draft.ts";
import { Field, ProviderChoice } from "./field.tsx";
import { type BackendDraft, useBackendDraft, type DraftVerdict } from "./use-backend-draft.ts";

interface BackendFormProps {
  /** The backend to change; null for a new one. */
  readonly backend: BackendJson | null;
  onSaved(): void;
  readonly onCancel?: () => void;
  /** True while backends are added one after the other. */
  readonly onBusy?: (isBusy: boolean) => void;
}

/** The form of a backend's settings, which are tested before they are stored. */
export function BackendForm({ backend, onSaved, onCancel, onBusy }: BackendFormProps): JSX.Element {
  const draft = useBackendDraft(backend, onSaved);
  const { providers, provider, fields, verdict, change } = draft;
  const fault = verdict.kind === "wrong" ? verdict.parameter : undefined;
  const own = (name: string): { isWrong: boolean; value: string; onValue(value: string): void } => ({
    isWrong: fault === name,
    value: fields[name] ?? "",
    onValue: (value) => change(name, value),
  });
  return (
    <form
      class="backend-form"
      onSubmit={(event) => {
        event.preventDefault();
        draft.checkAndSave();
      }}
    >
      <ProviderChoice
        providers={providers}
        chosen={provider}
        isFixed={backend !== null}
        onChoose={(name) => change("provider", name)}
      />
      {provider?.fields.map(({ name, label, holds, required, secret, multiline }) => {
        const isKept = backend !== null && isUntold(name);
        return (
          <Field
            key={name}
            label={label}
            hint={isKept ? `${holds}; leave empty to keep it` : holds}
            isSecret={secret}
            isLong={multiline}
            isRequired={required && !isKept}
            {...own(name)}
          />
        );
      })}
      {!backend && <Field label="Id" hint="a short name in addresses, such as ireland" {...own("id")} />}
      <Field label="Title" hint="a name for people" {...own("title")} />
      <Outcome verdict={verdict} />
      <Actions draft={draft} isNew={backend === null} onCancel={onCancel} />
      {backend === null && provider?.name === "ec2" && !fields["apiurl"]?.trim() && (
        <AllRegions body={draft.body} onAdded={onSaved} onBusy={onBusy} />
      )}
    </form>
  );
}

interface FormActionsProps {
  readonly draft: BackendDraft;
  readonly isNew: boolean;
  readonly onCancel: (() => void) | undefined;
}

function Actions({ draft: { provider, verdict, check, save }, isNew, onCancel }: FormActionsProps): JSX.Element {
  const isBusy = verdict.kind === "checking" || verdict.kind === "saving";
  return (
    <div class="actions">
      <button class="primary" type="submit" disabled={isBusy || !provider}>
        {isNew ? "Test and add" : "Test and save"}
      </button>
      <button type="button" disabled={isBusy || !provider} onClick={check}>
        Test
      </button>
      {verdict.kind === "checked" && !verdict.check.ok && (
        <button type="button" onClick={save}>
          Save anyway
        </button>
      )}
      {onCancel && (
        <button type="button" class="quiet" onClick={onCancel}>
          Cancel
        </button>
      )}
    </div>
  );
}

/** The result of the test. */
function Outcome({ verdict }: { verdict: DraftVerdict }): JSX.Element {
  return (
    <div class="outcome" aria-live="polite">
      {verdict.kind === "checking" && <p class="hint">Asking the cloud…</p>}
      {verdict.kind === "saving" && <p class="hint">Saving…</p>}
      {verdict.kind === "wrong" && <p class="notice bad">{verdict.message}</p>}
      {verdict.kind === "checked" &&
        verdict.check.sources.map(({ source, images, error }) => (
          <p key={source} class={error === null ? "notice good" : "notice bad"}>
            {error === null ? `${source}: answers, ${countOf(images ?? 0, "image")} on its first page` : error}
          </p>
        ))}
    </div>
  );
}
