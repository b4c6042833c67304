import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { AuditedText } from "./audit-text.ts";
import { readFiles } from "./read-files.ts";

interface AuditFormProps {
  readonly isBusy: boolean;
  /** `skipped`: files that were not read, each with the reason. */
  readonly onAudit: (texts: readonly AuditedText[], skipped: readonly string[]) => void;
}

const EXAMPLE = 'resource "aws_instance" "web" {\n  ami = "ami-0ac9392bb24cdca10"\n}';

/** Takes a text that is pasted, and files that are dropped or chosen. */
export function AuditForm({ isBusy, onAudit }: AuditFormProps): JSX.Element {
  const text = useRef<HTMLTextAreaElement>(null);
  const picked = useRef<HTMLInputElement>(null);
  const [isDropping, setDropping] = useState(false);
  const auditFiles = (files: FileList | null | undefined): void => {
    if (!files || files.length === 0) return;
    void readFiles([...files]).then(({ texts, skipped }) => onAudit(texts, skipped));
  };
  return (
    <form
      class={isDropping ? "audit dropping" : "audit"}
      onSubmit={(event) => {
        event.preventDefault();
        onAudit([{ file: null, text: text.current?.value ?? "" }], []);
      }}
      onDragOver={(event) => {
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={(event) => {
        event.preventDefault();
        setDropping(false);
        auditFiles(event.dataTransfer?.files);
      }}
    >
      <label for="audit-text">Text</label>
      <textarea ref={text} id="audit-text" rows={8} spellcheck={false} placeholder={EXAMPLE} />
      <div class="actions">
        <button class="primary" type="submit" disabled={isBusy}>
          {isBusy ? "Looking…" : "Audit"}
        </button>
        <input
          ref={picked}
          type="file"
          multiple
          hidden
          onChange={({ currentTarget }) => {
            auditFiles(currentTarget.files);
            currentTarget.value = "";
          }}
        />
        <button type="button" disabled={isBusy} onClick={() => picked.current?.click()}>
          Choose files…
        </button>
      </div>
    </form>
  );
}
