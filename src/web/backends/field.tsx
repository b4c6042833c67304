import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { Provider } from "../server/answers.ts";

interface FieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly isSecret?: boolean;
  /** Whether its line feeds count. */
  readonly isLong?: boolean;
  readonly isRequired?: boolean;
  /** Whether the server found fault with it. */
  readonly isWrong?: boolean;
  onValue(value: string): void;
}

export function Field(props: FieldProps): JSX.Element {
  const { label, hint, value, isSecret = false, isLong = false, isRequired = false, isWrong = false, onValue } = props;
  const id = useId();
  const attributes = {
    id,
    "aria-describedby": `${id}-hint`,
    autocomplete: "off" as const,
    spellcheck: false,
    required: isRequired,
    "aria-invalid": isWrong,
    value,
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => onValue(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>
        {label}
        {!isRequired && <em> optional</em>}
      </label>
      {isLong && <textarea rows={3} {...(isSecret && { class: "masked" })} {...attributes} />}
      {!isLong && isSecret && <input type="password" {...attributes} />}
      {!isLong && !isSecret && <input type="text" {...attributes} />}
      <small id={`${id}-hint`}>{hint}</small>
    </div>
  );
}

interface ProviderChoiceProps {
  readonly providers: readonly Provider[];
  readonly chosen: Provider | undefined;
  readonly isFixed: boolean;
  onChoose(name: string): void;
}

export function ProviderChoice({ providers, chosen, isFixed, onChoose }: ProviderChoiceProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>Cloud</label>
      <select
        id={id}
        aria-describedby={`${id}-hint`}
        value={chosen?.name ?? ""}
        disabled={isFixed}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {providers.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
      <small id={`${id}-hint`}>
        {chosen && `Lists ${chosen.lists}.`}
        {chosen && chosen.cannot_list !== null && ` Cannot list ${chosen.cannot_list}.`}
      </small>
    </div>
  );
}
