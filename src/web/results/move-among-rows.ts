/** Arrow keys among the rows of a list; Up from the first goes back to the search, Home and End to what may be out of sight. */
export function moveAmongRows(event: KeyboardEvent, toEnd: (end: "first" | "last") => void): void {
  const list = event.currentTarget;
  const row = event.target;
  if (!(list instanceof HTMLElement) || !(row instanceof HTMLElement) || event.altKey || event.ctrlKey) return;
  if (event.key === "Home" || event.key === "End") {
    toEnd(event.key === "Home" ? "first" : "last");
    event.preventDefault();
    return;
  }
  const rows = [...list.querySelectorAll<HTMLElement>("a[data-row]")];
  const at = rows.findIndex((each) => each === row || each.closest("[data-image]") === row.closest("[data-image]"));
  const next = targetOf(event.key, rows, at);
  if (!next) return;
  next.focus();
  event.preventDefault();
}

function targetOf(key: string, rows: readonly HTMLElement[], at: number): HTMLElement | null | undefined {
  if (key === "ArrowDown") return rows[at + 1];
  if (key === "ArrowUp") return at > 0 ? rows[at - 1] : document.querySelector<HTMLElement>("#term");
  return undefined;
}
