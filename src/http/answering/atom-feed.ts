import type { ChangeRow } from "../../catalogue/read/read-changes.ts";
import { visibleText } from "../../visible-text.ts";

/** The content of a feed of changes. Times are ISO 8601. */
export interface AtomFeed {
  readonly backendId: string;
  readonly title: string;
  readonly updated: string;
  /** Newest first. */
  readonly changes: readonly ChangeRow[];
  /** `http://host:port`, as the reader addressed the server. */
  readonly origin: string;
  /** The feed's own path and query. */
  readonly self: string;
  readonly nextUrl: string | undefined;
}

/** An Atom feed (RFC 4287). An entry's id is made of the backend and the journal's row: it stays when the host's name changes. */
export function writeAtomFeed({ backendId, title, updated, changes, origin, self, nextUrl }: AtomFeed): string {
  const links = [
    `<link rel="self" type="application/atom+xml" href="${escapeXml(origin + self)}"/>`,
    ...(nextUrl === undefined ? [] : [`<link rel="next" href="${escapeXml(origin + nextUrl)}"/>`]),
  ];
  const [path] = self.split("?");
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `<id>${escapeXml(`urn:imagedex:${encodeURIComponent(backendId)}:changes:${self.slice((path ?? "").length)}`)}</id>`,
    `<title>${escapeXml(`Images of ${title}`)}</title>`,
    `<updated>${updated}</updated>`,
    "<author><name>imagedex</name></author>",
    ...links,
    ...changes.map((change) => writeEntry(change, backendId, origin)),
    "</feed>",
    "",
  ].join("\n");
}

function writeEntry(change: ChangeRow, backendId: string, origin: string): string {
  const image = change.imageId.split("/").map(encodeURIComponent).join("/");
  const href = `${origin}/backends/${encodeURIComponent(backendId)}/images/${image}`;
  const facts = [
    `${change.name} (${change.imageId}) was ${change.kind}.`,
    change.fields === null ? "" : `Changed: ${change.fields.replace(/[[\]"]/g, "").replaceAll(",", ", ")}.`,
    change.description ?? "",
    [change.publisher ?? change.ownerId, change.trust, change.architecture, change.platform].filter(Boolean).join(", "),
  ];
  return [
    "<entry>",
    `<id>urn:imagedex:${escapeXml(encodeURIComponent(backendId))}:change:${change.changeId}</id>`,
    `<title>${escapeXml(`${change.kind}: ${change.name}`)}</title>`,
    `<updated>${change.at}</updated>`,
    `<link rel="alternate" type="application/json" href="${escapeXml(href)}"/>`,
    `<category term="${change.kind}"/>`,
    `<content type="text">${facts
      .filter((fact) => fact !== "")
      .map((fact) => escapeXml(fact))
      .join("\n")}</content>`,
    "</entry>",
  ].join("");
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
// XML 1.0 cannot contain these characters, not even escaped.
// eslint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function escapeXml(text: string): string {
  return visibleText(text.toWellFormed().replace(UNWRITABLE, "\ufffd")).replace(
    /[&<>"]/g,
    (character) => ESCAPES[character] ?? character,
  );
}
