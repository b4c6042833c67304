import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { countOf } from "../ages.ts";
import { messageOf } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import type { ChangeView } from "../use-view.ts";
import type { PageView } from "../view.ts";
import { AuditForm } from "./audit-form.tsx";
import { AuditTable } from "./audit-table.tsx";
import { type AuditedText, type AuditReport, auditTexts, levelOf, MOST_IDS } from "./audit-text.ts";
import "./audit.css";

interface AuditScreenProps {
  readonly view: PageView;
  readonly onChange: ChangeView;
}

interface Audited extends AuditReport {
  readonly files: number;
  readonly skipped: readonly string[];
}

/** Finds the image ids in a text, and says of each what is known. */
export function AuditScreen({ view, onChange }: AuditScreenProps): JSX.Element {
  const server = useServer();
  const [audited, setAudited] = useState<Audited | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const audit = async (texts: readonly AuditedText[], skipped: readonly string[]): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      setAudited({ ...(await auditTexts(server, texts)), files: texts.length, skipped });
    } catch (error) {
      setAudited(null);
      setProblem(messageOf(error));
    }
    setBusy(false);
  };
  return (
    <section class="results" aria-labelledby="audit-title" aria-busy={isBusy}>
      <h2 id="audit-title">Audit</h2>
      <p class="hint">
        Which image ids in a file are gone, deprecated, old or look-alikes? Paste a text or drop files: Terraform states
        and plans, Packer, CloudFormation, Ansible, anything. The text stays in your browser; only the ids are sent.
      </p>
      <AuditForm isBusy={isBusy} onAudit={(texts, skipped) => void audit(texts, skipped)} />
      {problem !== null && (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
      {audited && (
        <>
          <p class="total" role="status">
            {sumOf(audited)}
          </p>
          {audited.skipped.length > 0 && <p class="notice warn">Not read: {audited.skipped.join(", ")}.</p>}
          {audited.isCut && <p class="notice warn">There are more ids: only the first {MOST_IDS} were checked.</p>}
          <AuditTable rows={audited.rows} view={view} onChange={onChange} />
        </>
      )}
    </section>
  );
}

function sumOf({ rows, files }: Audited): string {
  const of = files === 1 ? "the text" : countOf(files, "file");
  if (rows.length === 0) return files === 0 ? "No file was read." : `No image id was found in ${of}.`;
  const count = (level: string): number => rows.filter((row) => levelOf(row) === level).length;
  const fine = rows.filter((row) => levelOf(row) === undefined).length;
  return [
    `${countOf(rows.length, "mention")} in ${of}: ${countOf(count("error"), "error")}`,
    countOf(count("warning"), "warning"),
    countOf(count("note"), "note"),
    `${fine} fine`,
  ].join(", ");
}
