import type { JSX } from "preact";
import { ageOf, grouped } from "../ages.ts";
import type { BackendJson } from "../server/answers.ts";

/** The backends, with the age of what they show. */
export function BackendTable({ backends }: { backends: readonly BackendJson[] }): JSX.Element {
  return (
    <div class="table-scroll" role="region" aria-label="Backends" tabIndex={0}>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">Backend</th>
            <th scope="col">State</th>
            <th scope="col" class="number">
              Images
            </th>
            <th scope="col">Age</th>
            <th scope="col">Next sync</th>
          </tr>
        </thead>
        <tbody>
          {backends.map(({ id, title, provider, region, state, image_count: count, last_sync: synced, ...more }) => (
            <tr key={id}>
              <th scope="row">
                <bdi>{title}</bdi> <span class="none">{[provider, region].filter(Boolean).join(" ")}</span>
                {more.warning !== null && <p class="notice warn">{more.warning}</p>}
              </th>
              <td>
                <span class={`badge state-${state}`}>{state}</span>
              </td>
              <td class="number">{grouped(count)}</td>
              <td>{synced === null ? "never listed completely" : <Moment time={synced} />}</td>
              <td>{more.next_try === null ? "not planned" : <Moment time={more.next_try} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Moment({ time }: { time: string }): JSX.Element {
  return (
    <time dateTime={time} title={time}>
      {ageOf(time)}
    </time>
  );
}
