/** The style of the documents: the colours are those of the search page. */
export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f7f7f6; --surface: #fff; --text: #1c1e21; --muted: #595f67; --line: #dfe0e2; --accent: #1b57b0;
  --get: #14603a; --post: #1b57b0; --put: #854408; --delete: #9c1c1c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131518; --surface: #1a1d21; --text: #e7e9ec; --muted: #a3aab3; --line: #30353b; --accent: #86b4ff;
    --get: #86d6a8; --post: #86b4ff; --put: #f2b877; --delete: #ff9d97;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; background: var(--ground); color: var(--text); scroll-padding-top: 1rem; }
body { margin: 0; display: grid; grid-template: auto auto / 20rem minmax(0, 1fr); grid-template-areas: "head head" "nav main"; }
header { grid-area: head; padding: 1rem 1.5rem; border-bottom: 1px solid var(--line); background: var(--surface); }
nav { grid-area: nav; position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 1rem 1.5rem; }
main { grid-area: main; padding: 1rem 1.5rem 4rem; max-width: 70rem; }
h1, h2, h3, h4, p, ul, dl, dd { margin: 0 0 0.5rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 1.5rem; } h3 { font-size: 1rem; } h4 { font-size: 0.9rem; margin-top: 0.75rem; }
nav h2 { font-size: 0.9rem; margin-top: 0.75rem; } nav ul { list-style: none; padding: 0; font-size: 0.85rem; }
nav li a { display: block; padding: 0.2rem 0; overflow-wrap: anywhere; }
a { color: var(--accent); } nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code, pre { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.86em; overflow-wrap: anywhere; }
pre { background: var(--ground); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem; overflow-x: auto; white-space: pre; overflow-wrap: normal; }
[aria-current] { font-weight: 600; }
.guide h2 { font-size: 1.4rem; margin-top: 0; } .guide h3 { font-size: 1.15rem; margin-top: 2rem; } .guide h4 { font-size: 1rem; margin-top: 1.25rem; }
.guide { max-width: 58rem; } .guide .wide, .guide pre { margin-bottom: 1rem; } .guide p, .guide li { max-width: 44rem; } .guide ul, .guide ol { padding-left: 1.25rem; } .guide li { margin-bottom: 0.3rem; }
.operation { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 1rem; margin: 1rem 0; }
.operation:target { border-color: var(--accent); }
.method { font: 600 0.75rem ui-monospace, Menlo, Consolas, monospace; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); } .delete { color: var(--delete); }
.fact { color: var(--muted); font-size: 0.85em; font-weight: normal; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.75rem 0.35rem 0; border-top: 1px solid var(--line); }
thead th { color: var(--muted); font-weight: 600; border-top: 0; } tbody th { font-weight: normal; min-width: 11rem; } td { min-width: 9rem; }
.answers { display: grid; grid-template-columns: 3rem minmax(0, 1fr); font-size: 0.9rem; }
dt { font-weight: 600; } summary { cursor: pointer; color: var(--accent); padding: 0.2rem 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 0.5rem; top: 0.5rem; background: var(--surface); padding: 0.5rem; }
@media (max-width: 50rem) {
  body { grid-template: auto / minmax(0, 1fr); grid-template-areas: "head" "nav" "main"; }
  nav { position: static; max-height: none; }
}
@media print { nav, .skip { display: none; } body { display: block; } }
`;
