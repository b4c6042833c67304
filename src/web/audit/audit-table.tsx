import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { countOf } from "../ages.ts";
import { TRUST } from "../image/badges.tsx";
import { CopyButton } from "../image/copy-button.tsx";
import { ImageLink } from "../results/image-link.tsx";
import type { ChangeView } from "../use-view.ts";
import { visibleText } from "../../visible-text.ts";
import type { PageView } from "../view.ts";
import { type AuditRow, levelOf } from "./audit-text.ts";

interface AuditTableProps {
  readonly rows: readonly AuditRow[];
  readonly view: PageView;
  readonly onChange: ChangeView;
}

/** Rows that are shown before somebody asks for more. */
const FIRST_ROWS = 200;

const LEVEL_CLASSES = { error: "retired", warning: "deprecated", note: "verified" } as const;

/** What an audit found, the worst first. */
export function AuditTable({ rows, view, onChange }: AuditTableProps): JSX.Element | null {
  const [most, setMost] = useState(FIRST_ROWS);
  if (rows.length === 0) return null;
  return (
    <div class="table-scroll" role="region" aria-label="Findings" tabIndex={0}>
      <table class="findings">
        <thead>
          <tr>
            <th scope="col">Level</th>
            <th scope="col">Image</th>
            <th scope="col">Where</th>
            <th scope="col">What is known</th>
            <th scope="col">Newest build</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, most).map((row, at) => (
            <Row key={at} row={row} view={view} onChange={onChange} />
          ))}
        </tbody>
      </table>
      {rows.length > most && (
        <div class="more">
          <button type="button" onClick={() => setMost(most + FIRST_ROWS)}>
            More
          </button>
          <span>
            {most} of {countOf(rows.length, "row")}
          </span>
        </div>
      )}
    </div>
  );
}

function Row({ row, view, onChange }: Omit<AuditTableProps, "rows"> & { row: AuditRow }): JSX.Element {
  const { file, line, what, answer } = row;
  const level = levelOf(row);
  const backend = answer?.images[0]?.backend_ids[0];
  const linked = (id: string): JSX.Element => <Linked id={id} backend={backend} view={view} onChange={onChange} />;
  return (
    <tr data-image={what} data-backend={backend}>
      <td>
        <span class={`badge ${level === undefined ? "official" : LEVEL_CLASSES[level]}`}>{level ?? "fine"}</span>
      </td>
      <th scope="row">{linked(what)}</th>
      <td>{file === null ? `line ${line}` : `${file}:${line}`}</td>
      <td>
        <Known row={row} />
      </td>
      <td>
        <Successor row={row} linked={linked} />
      </td>
    </tr>
  );
}

interface LinkedProps extends Omit<AuditTableProps, "rows"> {
  readonly id: string;
  /** Undefined where no backend has the image. */
  readonly backend: string | undefined;
}

/** An id, which opens its image where one is known. */
function Linked({ id, backend, view, onChange }: LinkedProps): JSX.Element {
  const shown = (
    <code>
      <bdi>{id}</bdi>
    </code>
  );
  if (backend === undefined) return shown;
  const isShown = view.image?.id === id && view.image.backend === backend;
  return (
    <ImageLink view={view} image={{ backend, id }} isShown={isShown} onChange={onChange}>
      {shown}
    </ImageLink>
  );
}

/** What is wrong with an image, or who owns it if nothing is. */
function Known({ row: { findings, answer } }: { row: AuditRow }): JSX.Element {
  const image = answer?.images[0];
  if (findings.length > 0 || !image)
    return (
      <>
        {findings.map(({ rule, message }) => (
          <p key={rule}>{message}</p>
        ))}
      </>
    );
  return (
    <p>
      <bdi>{image.name}</bdi>, {image.publisher ?? TRUST[image.trust]?.label ?? image.trust}
    </p>
  );
}

/** The newest build to use in its place, to open and to copy. */
function Successor({ row, linked }: { row: AuditRow; linked(id: string): JSX.Element }): JSX.Element | null {
  const image = row.answer?.images[0];
  if (!image) return null;
  if (!image.newest) return <>none known</>;
  const { id } = image.newest;
  if (id === row.what) return <>itself</>;
  return (
    <>
      {linked(id)} <CopyButton text={visibleText(id)} label={`id ${id}`} />
    </>
  );
}
