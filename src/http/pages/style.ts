// The one style sheet of the customer's pages, served from our own address so that the pages need no
// inline style. Readable from 320 px up, in light and dark, with the reader's own text size.

export const STYLE_PATH = "/assets/page.css";

export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9;
  --card: #ffffff;
  --ink: #1b1f24;
  --soft: #4d5661;
  --line: #d9dee4;
  --good: #12663a;
  --wait: #7a4b00;
  --bad: #a3212b;
  --action: #1a4fa3;
  --action-ink: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b;
    --card: #1e2329;
    --ink: #eef1f4;
    --soft: #b3bcc6;
    --line: #3a424c;
    --good: #7fd6a4;
    --wait: #f0c074;
    --bad: #ff9a9f;
    --action: #9cc2ff;
    --action-ink: #10203a;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
body { margin: 0; background: var(--paper); color: var(--ink); }
main {
  max-width: 30rem;
  margin: 0 auto;
  padding: 1.5rem 1rem 3rem;
  overflow-wrap: anywhere;
}
.merchant { margin: 0 0 1rem; color: var(--soft); font-weight: 600; }
.card {
  background: var(--card);
  border: 1px solid var(--line);
  border-top: 0.375rem solid var(--soft);
  border-radius: 0.5rem;
  padding: 1.25rem;
}
.good { border-top-color: var(--good); }
.wait { border-top-color: var(--wait); }
.bad { border-top-color: var(--bad); }
h1 { margin: 0 0 0.75rem; font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }
.good h1 { color: var(--good); }
h2 { margin: 1.25rem 0 0.5rem; font-size: 1rem; }
.wait h1 { color: var(--wait); }
.bad h1 { color: var(--bad); }
p { margin: 0 0 0.75rem; text-wrap: pretty; }
dl { margin: 1rem 0; border-top: 1px solid var(--line); }
dl div {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  gap: 0 1rem;
  padding: 0.5rem 0;
  border-bottom: 1px solid var(--line);
}
dt { color: var(--soft); }
dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
a { color: var(--action); }
a:focus-visible { outline: 3px solid var(--action); outline-offset: 3px; }
.button {
  display: block;
  margin: 1rem 0;
  padding: 0.875rem 1rem;
  border-radius: 0.5rem;
  background: var(--action);
  color: var(--action-ink);
  font-weight: 600;
  text-align: center;
  text-decoration: none;
}
.words { font-weight: 400; }
.note { display: block; color: var(--soft); font-size: 0.875rem; }
.small { color: var(--soft); font-size: 0.9375rem; }
.card > :last-child, .card > :last-child > :last-child { margin-bottom: 0; }
dl:last-child > div:last-child { padding-bottom: 0; border-bottom: 0; }
@media (min-width: 40rem) { main { padding-top: 4rem; } }
footer { margin-top: 1.5rem; color: var(--soft); font-size: 0.9375rem; }
@page { size: A4; margin: 18mm; }
@media print {
  :root {
    color-scheme: light;
    --paper: #ffffff;
    --card: #ffffff;
    --ink: #000000;
    --soft: #333333;
    --line: #999999;
    --good: #000000;
    --wait: #000000;
    --bad: #000000;
    --action: #000000;
  }
  main { max-width: none; padding: 0; }
  .card { border: 0; padding: 0; }
  .button { display: none; }
  dl div, section { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`;
