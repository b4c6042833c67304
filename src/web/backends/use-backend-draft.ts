import { useEffect, useState } from "preact/hooks";
import type { BackendJson, BackendCheck, Provider } from "../server/answers.ts";
import { messageOf, ServerProblem } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import { bodyOf, type Draft, draftOf } from "./draft.ts";

/** What is known of the draft: nothing, under test, the test's result, or what is wrong with it. */
export type DraftVerdict =
  | { readonly kind: "none" | "checking" | "saving" }
  | { readonly kind: "checked"; readonly check: BackendCheck }
  | { readonly kind: "wrong"; readonly message: string; readonly parameter: string | undefined };

export interface BackendDraft {
  readonly providers: readonly Provider[];
  /** That of the draft, once the providers are read. */
  readonly provider: Provider | undefined;
  readonly fields: Draft;
  /** The fields as the server takes them. */
  readonly body: ReturnType<typeof bodyOf>;
  readonly verdict: DraftVerdict;
  change(name: string, value: string): void;
  /** Tests whether the cloud can be listed with these settings; stores nothing. */
  check(): void;
  /** Stores the settings whether or not they work. */
  save(): void;
  /** Stores them if they work. */
  checkAndSave(): void;
}

/** The settings of a backend (null: a new one) while they are edited. */
export function useBackendDraft(backend: BackendJson | null, onSaved: () => void): BackendDraft {
  const server = useServer();
  const [providers, setProviders] = useState<readonly Provider[]>([]);
  const [fields, setFields] = useState<Draft>(() => draftOf(backend));
  const [verdict, setVerdict] = useState<DraftVerdict>({ kind: "none" });

  const fail = (error: unknown): void => {
    const parameter = error instanceof ServerProblem ? error.parameter : undefined;
    setVerdict({ kind: "wrong", message: messageOf(error), parameter });
  };
  useEffect(() => {
    server.get<Provider[]>("/providers").then(({ body }) => setProviders(body), fail);
  }, [server]);

  const provider = providers.find(({ name }) => name === fields["provider"]);
  const body = bodyOf(fields, provider, backend);
  const check = async (): Promise<boolean> => {
    setVerdict({ kind: "checking" });
    const named = backend ? { ...body, id: backend.id } : body;
    const found = await server.send<BackendCheck>("POST", "/backends/check", named);
    setVerdict({ kind: "checked", check: found });
    return found.ok;
  };
  const save = async (): Promise<void> => {
    setVerdict({ kind: "saving" });
    if (backend) await server.send("PUT", `/backends/${encodeURIComponent(backend.id)}`, body);
    else await server.send("POST", "/backends", body);
    onSaved();
  };
  return {
    providers,
    provider,
    fields,
    body,
    verdict,
    change(name, value) {
      setFields((before) => ({ ...before, [name]: value }));
      setVerdict({ kind: "none" });
    },
    check: () => void check().catch(fail),
    save: () => void save().catch(fail),
    checkAndSave: () =>
      void check()
        .then((isGood) => (isGood ? save() : undefined))
        .catch(fail),
  };
}
