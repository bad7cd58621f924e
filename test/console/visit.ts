// A person at the console, as its tests need one: signed in, with the cookie and the forms of the pages that
// were read. Whole responses from the real Worker; redirects are not followed.

import { expect } from "vitest";
import { knock, origin } from "../http/door";

export interface Shown {
  readonly status: number;
  readonly html: string;
  readonly location: string | null;
  readonly headers: Headers;
}

export class Visitor {
  cookie = "";
  csrf = "";

  /** `ask`: the Worker, or a console with other settings; `always`: headers of every request. */
  constructor(
    readonly ask: typeof knock = knock,
    readonly always: Readonly<Record<string, string>> = {},
  ) {}

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Shown> {
    const sent = { cookie: this.cookie, ...this.always, ...headers };
    return this.#take(await this.ask(path, { headers: sent }));
  }

  /** Sends a form with this session's token, as a browser on our own page does. */
  async post(path: string, fields: Readonly<Record<string, string>> = {}): Promise<Shown> {
    if (this.csrf === "" && this.cookie !== "") await this.get("/console");
    return this.send(path, new URLSearchParams({ csrf: this.csrf, ...fields }));
  }

  /** Sends these fields and nothing else. */
  async send(
    path: string,
    fields: URLSearchParams,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Shown> {
    const answered = await this.ask(path, {
      method: "POST",
      headers: {
        cookie: this.cookie,
        origin,
        "content-type": "application/x-www-form-urlencoded",
        ...this.always,
        ...headers,
      },
      body: fields.toString(),
    });
    return this.#take(answered);
  }

  async #take(response: Response): Promise<Shown> {
    const set = response.headers.get("set-cookie");
    if (set !== null) this.cookie = set.slice(0, set.indexOf(";"));
    const html = await response.text();
    this.csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? this.csrf;
    const { status, headers } = response;
    return { status, html, location: headers.get("location"), headers };
  }
}

/** The deployment's own administrator, by CONSOLE_PASSWORD. */
export async function signInAsAdministrator(): Promise<Visitor> {
  const visitor = new Visitor();
  const shown = await visitor.post("/console/sign-in", {
    name: "administrator",
    password: "test-console-password",
  });
  expect(shown).toMatchObject({ status: 303, location: "/console" });
  return visitor;
}

/** Somebody with this role, by a real invitation; signed in. */
export async function invite(
  administrator: Visitor,
  name: string,
  role: "viewer" | "operator" | "admin",
  email = "",
): Promise<Visitor & { readonly id: string }> {
  const token = tokenIn(
    await administrator.post("/console/settings/people/invite", { name, role, email }),
  );
  const visitor = new Visitor(administrator.ask);
  const fields = new URLSearchParams({ password: PASSWORD, again: PASSWORD });
  const accepted = await visitor.send(`/console/invite/${token}`, fields);
  expect(accepted).toMatchObject({ status: 303, location: "/console" });
  return Object.assign(visitor, { id: await idOf(administrator, name) });
}

/** Planted: no log ever has it (told-secrets.ts). */
export const PASSWORD = "planted-password-of-a-person";

/** The token in the link that a page shows once. */
export function tokenIn({ html }: Shown): string {
  const token = /\/console\/invite\/([A-Za-z0-9_-]{48})</.exec(html)?.[1];
  if (token === undefined) throw new Error(`no link: ${textOf(html)}`);
  return token;
}

/** As the list of people links to them. */
export async function idOf(administrator: Visitor, name: string): Promise<string> {
  const { html } = await administrator.get("/console/settings/people");
  const links = [...html.matchAll(/people\/(person%3A[a-z2-7]{12})"[^>]*>([^<]+)</g)];
  const id = links.find(([, , shown]) => shown === name)?.[1];
  if (id === undefined) throw new Error(`${name} is not in the list`);
  return decodeURIComponent(id);
}

/** What a reader sees of a page: its text without markup, white space made one. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, " ")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll(/\s+/g, " ")
    .trim();
}
