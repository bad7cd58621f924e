/**
 * The frame around every page of the sandbox: readable on a phone, in light and dark,
 * without script. Amounts are shown in rupees, statuses in the gateway's words.
 */
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { Amount } from "./link";

const css = `
:root{color-scheme:light dark;--ink:#16202b;--dim:#5a6773;--paper:#f5f6f8;--card:#fff;--line:#d9dee4;--go:#0b6b4f;--stop:#9c2f23;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf0;--dim:#9aa7b3;--paper:#11161b;--card:#1a2128;--line:#303a44;--go:#48b58e;--stop:#ef8d80;--on:#0d1216}}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
main{max-width:52rem;margin:0 auto;padding:1rem}
header{border-bottom:1px solid var(--line);padding:.6rem 1rem;color:var(--dim);font-size:.9rem}
header a{color:inherit}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0 .75rem}h2{font-size:1.1rem;margin:0 0 .6rem}
section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem;margin:0 0 1rem}
p{margin:0 0 .75rem}.dim{color:var(--dim);font-size:.9rem}.big{font-size:1.7rem;font-weight:650}
form{margin:0 0 .75rem}label{display:block;margin:0 0 .6rem}
fieldset{border:1px solid var(--line);border-radius:.4rem;margin:0 0 .75rem;padding:.4rem .8rem}
fieldset label{display:inline-block;margin:.25rem 1rem .25rem 0}
input[type=text],input[type=number],select{display:block;width:100%;max-width:24rem;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:.4rem;padding:.5rem}
button,.button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1rem;border:1px solid var(--go);border-radius:.4rem;background:var(--go);color:var(--on);cursor:pointer;text-decoration:none;display:inline-block;margin:0 .4rem .4rem 0}
button.quiet{background:transparent;color:var(--ink);border-color:var(--line)}
button.stop{background:transparent;color:var(--stop);border-color:var(--stop)}
.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end}.row form{margin:0}
.scroll{overflow-x:auto;margin:0 0 .75rem}table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--dim);font-weight:600}code,.id{font-family:ui-monospace,monospace;font-size:.85em;overflow-wrap:anywhere}
a{color:var(--go)}:focus-visible{outline:3px solid var(--go);outline-offset:2px}
.alert{border-color:var(--stop)}section>:last-child{margin-bottom:0}
@media(max-width:40rem){thead{display:none}tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--line)}td{display:block;border:0;padding:.1rem 0}td a{margin-right:.75rem}}
`;

/** `₹1,000.00`; another currency by its code. */
export function formatAmount(amount: Amount): string {
  const options = { style: "currency", currency: amount.currency } as const;
  return new Intl.NumberFormat("en-IN", options).format(amount.value / 100);
}

/** One whole page. */
export async function renderPage(title: string, content: Child, status = 200): Promise<Response> {
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · Chukta sandbox`}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: css }} />
      </head>
      <body>
        <header>
          <a href="/sandbox">Chukta sandbox</a>: it plays Pine Labs Online, and no money moves here
        </header>
        <main>
          <h1>{title}</h1>
          {content}
        </main>
      </body>
    </html>
  );
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
  };
  const text = await html`<!doctype html>${page}`;
  return new Response(text, { status, headers });
}

/** A form that is one button. */
export function ActionButton(props: {
  readonly to: string;
  readonly label: string;
  readonly kind?: "quiet" | "stop";
  readonly fields?: Readonly<Record<string, string>>;
}) {
  return (
    <form method="post" action={props.to}>
      {Object.entries(props.fields ?? {}).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button class={props.kind ?? ""}>{props.label}</button>
    </form>
  );
}
