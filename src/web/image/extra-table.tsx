import type { JSX } from "preact";
import type { Entry, Json } from "../server/answers.ts";

/** All of `extra`, as the cloud said it. */
export function ExtraTable({ extra }: { extra: Entry["extra"] }): JSX.Element {
  const rows = Object.entries(extra);
  const said = rows.filter(([, value]) => !isEmpty(value));
  const unsaid = rows.filter(([, value]) => isEmpty(value)).map(([name]) => name);
  return (
    <>
      <dl class="extra">
        {said.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === "object" ? <JsonText name={name} value={value} /> : String(value)}</dd>
          </div>
        ))}
      </dl>
      {unsaid.length > 0 && <p class="hint">Empty: {unsaid.join(", ")}</p>}
    </>
  );
}

/** Long lines are scrolled, which must work without a mouse. */
function JsonText({ name, value }: { name: string; value: Json }): JSX.Element {
  return (
    <pre tabIndex={0} role="region" aria-label={name}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}

function isEmpty(value: Json): boolean {
  return value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}
