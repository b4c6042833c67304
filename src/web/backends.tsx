import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ago } from "./ago.ts";
import { ask, askJson, type Backend, type BackendCheck, type Provider, Refusal } from "./api.ts";

interface BackendsProps {
  readonly backends: readonly Backend[];
  /** Sources that are being listed now, and how far. */
  readonly progress: ReadonlyMap<string, string>;
  readonly changed: () => void;
}

/** The backends, and a form to add or change one. */
export function Backends({ backends, progress, changed }: BackendsProps): JSX.Element {
  const [edited, setEdited] = useState<Backend | "new" | undefined>(backends.length === 0 ? "new" : undefined);
  const remove = async ({ id, title }: Backend): Promise<void> => {
    if (!confirm(`Remove ${title} and its stars? Images that no other backend shows go with it.`)) return;
    await ask(`/backends/${encodeURIComponent(id)}`, { method: "DELETE" });
    changed();
  };
  const sync = async ({ id }: Backend): Promise<void> => {
    await ask(`/backends/${encodeURIComponent(id)}/sync`, { method: "POST" });
    changed();
  };
  return (
    <>
      <ul class="backends">
        {backends.map((backend) => (
          <li key={backend.id}>
            <strong>{backend.title}</strong>
            <span class="facts">
              <code>{backend.id}</code>
              <span>{backend.provider}</span>
              <span>{backend.image_count.toLocaleString("en")} images</span>
              <span>{backend.last_sync ? `listed ${ago(backend.last_sync)}` : "never listed"}</span>
              <span class={`badge ${backend.state}`}>{progress.get(backend.id) ?? backend.state}</span>
            </span>
            <span class="actions">
              <button type="button" onClick={() => void sync(backend)}>
                Sync now
              </button>
              <button type="button" onClick={() => setEdited(backend)}>
                Change
              </button>
              <button type="button" onClick={() => void remove(backend)}>
                Remove
              </button>
            </span>
          </li>
        ))}
      </ul>
      {edited === undefined ? (
        <button type="button" onClick={() => setEdited("new")}>
          Add a backend
        </button>
      ) : (
        <BackendForm
          key={edited === "new" ? "new" : edited.id}
          backend={edited === "new" ? undefined : edited}
          done={() => {
            setEdited(undefined);
            changed();
          }}
        />
      )}
    </>
  );
}

function BackendForm({
  backend,
  done,
}: {
  readonly backend: Backend | undefined;
  readonly done: () => void;
}): JSX.Element {
  const [providers, setProviders] = useState<readonly Provider[]>([]);
  const [name, setName] = useState(backend?.provider ?? "ec2");
  const [said, setSaid] = useState<readonly string[]>([]);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => void askJson<Provider[]>("/providers").then(setProviders), []);
  const provider = providers.find((one) => one.name === name);
  const send = async (form: HTMLFormElement, isCheck: boolean): Promise<void> => {
    const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
    const body = { ...given, provider: name };
    setBusy(true);
    setSaid(isCheck ? ["Asking the cloud…"] : []);
    try {
      if (isCheck)
        setSaid(
          tell(
            await askJson<BackendCheck>("/backends/check", {
              method: "POST",
              body: { ...body, ...(backend && { id: backend.id }) },
            }),
          ),
        );
      else if (backend) await ask(`/backends/${encodeURIComponent(backend.id)}`, { method: "PUT", body });
      else await ask("/backends", { method: "POST", body });
      if (!isCheck) done();
    } catch (error) {
      setSaid([error instanceof Refusal ? error.message : String(error)]);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="backend-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send(event.currentTarget, false);
      }}
    >
      <h3>{backend ? `Change ${backend.title}` : "Add a backend"}</h3>
      <label>
        Cloud
        <select
          value={name}
          disabled={backend !== undefined}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        >
          {providers.map((one) => (
            <option key={one.name} value={one.name}>
              {one.title}
            </option>
          ))}
        </select>
      </label>
      {provider && <p class="faint">Lists {provider.lists}.</p>}
      {!backend && <Field name="id" holds="a short id for links; made up when left empty" />}
      <Field name="title" holds="what people call it" value={backend?.title} />
      {provider?.fields.map((field) => (
        <Field
          key={`${name} ${field.name}`}
          name={field.name}
          holds={backend && isSecret(field.name) ? `${field.holds}; unchanged when left empty` : field.holds}
          isRequired={field.required && !(backend && isSecret(field.name))}
          value={valueOf(backend, field.name)}
        />
      ))}
      <div role="status" class="said">
        {said.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <p class="actions">
        <button type="submit" class="primary" disabled={isBusy}>
          Save
        </button>
        <button
          type="button"
          disabled={isBusy}
          onClick={({ currentTarget }) => {
            if (currentTarget.form?.reportValidity()) void send(currentTarget.form, true);
          }}
        >
          Test
        </button>
        <button type="button" onClick={done}>
          Cancel
        </button>
      </p>
    </form>
  );
}

function tell({ ok, sources }: BackendCheck): string[] {
  const lines = sources.map(
    ({ source, images, error }) => `${source}: ${error ?? `answered, ${images} images on its first page`}`,
  );
  return [ok ? "It works." : "It does not work yet.", ...lines];
}

function isSecret(name: string): boolean {
  return name === "apisecret" || name === "apikey";
}

function valueOf(backend: Backend | undefined, name: string): string | undefined {
  if (name === "region" || name === "apiurl" || name === "tenant_name") return backend?.[name] ?? undefined;
  return undefined;
}

interface FieldProps {
  readonly name: string;
  readonly holds: string;
  readonly isRequired?: boolean;
  readonly value?: string | undefined;
}

function Field({ name, holds, isRequired = false, value }: FieldProps): JSX.Element {
  const common = {
    name,
    required: isRequired,
    defaultValue: value ?? "",
    autocomplete: "off",
    spellcheck: false,
  } as const;
  return (
    <label>
      {name}
      {isRequired ? "" : " (optional)"}
      {name === "apisecret" ? <input type="password" {...common} /> : <input type="text" {...common} />}
      <small class="faint">{holds}</small>
    </label>
  );
}
