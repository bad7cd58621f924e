// One way to do what can not be taken back: a form, the question once more with what will be so afterwards, then
// the deed, then its outcome. Refunds, captures, releases, decisions and links share it.
//
// The confirmation has an address of its own that holds the reference of the command, so that a reload, Back,
// a second press and a lost answer all come to the same command. A reference that was used shows what became
// of it; one that was not, on what has changed meanwhile, asks anew. Nothing is done by a GET.

import { type Handler, Hono } from "hono";
import type { Child, FC } from "hono/jsx";
import { isReference } from "../domain/ids";
import type { Result } from "../domain/result";
import type { Scope } from "../domain/scopes";
import { type ApiProblem, pathWith } from "./api";
import { type Asking, changesOf, confirmationPage, formPage, obstaclePage } from "./action-pages";
import type { ConsoleContext, ConsoleDoor } from "./door";
import { failurePage } from "./failure";
import { forbiddenPage } from "./refused";
import type { Section } from "./sections";
import { markOf, mintReference, type Seen, writeSeen } from "./seen";
import type { Faults, Read, Typed } from "./typed";

/** Where the outcome is shown. */
export interface Done {
  readonly href: string;
}

/** `S`: how things are now. `W`: what a person wants, read from the form. */
export interface Action<S, W> {
  /** The page's address, with the names of its parts (Hono). */
  readonly path: string;
  readonly section: Section;
  readonly scope: (c: ConsoleContext) => Scope;
  /** Begins the references of what is asked for here. */
  readonly prefix: string;
  /** Names of the form's fields; without any the page is the confirmation itself. */
  readonly fields: readonly string[];
  read(c: ConsoleContext): Promise<Result<S, ApiProblem>>;
  title(now: S): string;
  /** The way back without doing anything. */
  back(now: S): { readonly href: string; readonly label: string };
  /** Why it can not be done as things are, and what to do instead; null: it can. */
  obstacle(now: S): Child | null;
  seen(now: S, typed: Typed): Seen;
  parse(typed: Typed, now: S): Read<W>;
  readonly Fields: FC<{
    readonly now: S;
    readonly typed: Typed;
    readonly faults: Faults;
    readonly problem: ApiProblem | null;
  }>;
  /** What will happen, what is so afterwards, what can not be undone. */
  readonly Question: FC<{ readonly now: S; readonly wish: W }>;
  /** On the button that does it. */
  confirm(wish: W): string;
  /** The reference was used: where its outcome is, or how it was refused. Null: it was not. */
  used(c: ConsoleContext, now: S, asked: Asked): Promise<Result<Done, ApiProblem> | null>;
  perform(c: ConsoleContext, now: S, wish: W, reference: string): Promise<Result<Done, ApiProblem>>;
}

export interface Asked {
  readonly reference: string;
  readonly typed: Typed;
  /** How things were when it was asked. */
  readonly seen: string;
}

/** The two doors of an action: GET shows its form or its confirmation, POST asks or does. */
export function actionPages<S, W>(action: Action<S, W>): Hono<ConsoleDoor> {
  const guarded =
    (answer: (c: ConsoleContext, now: S) => Promise<Response>): Handler<ConsoleDoor> =>
    async (c) => {
      if (!c.var.here.scopes.has(action.scope(c))) return forbiddenPage(c, action.section);
      const now = await action.read(c);
      if (now.ok) return answer(c, now.value);
      if (isConfirming(c)) return toConfirmation(c, action);
      return failurePage(c, now.failure, action.section);
    };
  return new Hono<ConsoleDoor>()
    .get(
      action.path,
      guarded(async (c, now) => show(c, action, now)),
    )
    .post(
      action.path,
      guarded(async (c, now) => (isConfirming(c) ? take(c, action, now) : ask(c, action, now))),
    );
}

/** GET: the form, or the question where its own form led to it. */
async function show<S, W>(c: ConsoleContext, action: Action<S, W>, now: S): Promise<Response> {
  const typed = typedOf(action, (name) => c.req.query(name) ?? "");
  const reference = c.req.query("reference") ?? "";
  const seen = c.req.query("seen") ?? "";
  const asking = { c, action, now, typed };
  if (isReference(reference)) {
    const used = await action.used(c, now, { reference, typed, seen });
    if (used?.ok === false && !isRefused(used.failure)) {
      return failurePage(c, used.failure, action.section);
    }
    if (used !== null) return answerUsed(asking, used);
  }
  const obstacle = action.obstacle(now);
  if (obstacle !== null) return obstaclePage(asking, obstacle, 200);
  if (action.fields.length === 0) {
    return confirmationPage(asking, { reference: mintReference(action.prefix) });
  }
  if (reference === "") return formPage(asking, {});
  const mark = await markOfAsking(c, typed, { reference, seen });
  if (!isReference(reference) || mark !== c.req.query("mark")) return formPage(asking, {});
  return confirmationPage(asking, { reference, changes: changesOf(asking, seen) });
}

/** POST of the form: to the question, at an address of its own, with a reference minted for it. */
async function ask<S, W>(c: ConsoleContext, action: Action<S, W>, now: S): Promise<Response> {
  const { form } = c.var;
  const asking = { c, action, now, typed: typedOf(action, (name) => form.text(name)) };
  const obstacle = action.obstacle(now);
  if (obstacle !== null) return obstaclePage(asking, obstacle, 409);
  const wish = action.parse(asking.typed, now);
  if (!wish.ok) return formPage(asking, { faults: wish.failure.faults, status: 422 });
  const reference = mintReference(action.prefix);
  const seen = writeSeen(action.seen(now, asking.typed));
  return c.redirect(await addressOfAsking(c, asking.typed, { reference, seen }), 303);
}

/** POST of the confirmation: done once, whoever presses how often. */
async function take<S, W>(c: ConsoleContext, action: Action<S, W>, now: S): Promise<Response> {
  const { form } = c.var;
  const typed = typedOf(action, (name) => form.text(name));
  const asking = { c, action, now, typed };
  const reference = form.text("reference");
  const seen = form.text("seen");
  if (!isReference(reference)) return formPage(asking, { status: 422 });
  // Asked after `now` was read: what this very command changed can not pass for somebody else's doing.
  const used = await action.used(c, now, { reference, typed, seen });
  if (used?.ok === false && !isRefused(used.failure)) return toConfirmation(c, action);
  if (used !== null) return answerUsed(asking, used);
  const asked = askAnew(asking, { reference, seen });
  if (asked !== null) return asked;
  const wish = action.parse(typed, now);
  if (!wish.ok) return formPage(asking, { faults: wish.failure.faults, status: 409 });
  const done = await action.perform(c, now, wish.value, reference);
  if (done.ok) return c.redirect(done.value.href, 303);
  if (done.failure.code !== "order_changed") return refusedPage(asking, done.failure, reference);
  // Somebody was faster by a moment.
  const newer = await action.read(c);
  if (!newer.ok) return toConfirmation(c, action);
  const anew = { ...asking, now: newer.value };
  const problem = done.failure;
  return (
    askAnew(anew, { reference, seen }) ??
    confirmationPage(anew, { reference, problem, status: problem.status })
  );
}

/** What is another than it was seen is shown before anything is done; null: it is as it was. */
function askAnew<S, W>(
  asking: Asking<S, W>,
  { reference, seen }: { readonly reference: string; readonly seen: string },
): Response | null {
  const { action, now, typed } = asking;
  const obstacle = action.obstacle(now);
  if (obstacle !== null) return obstaclePage(asking, obstacle, 409);
  const changes = changesOf(asking, seen);
  const wish = action.parse(typed, now);
  if (!wish.ok) return formPage(asking, { faults: wish.failure.faults, changes, status: 409 });
  return changes.length === 0
    ? null
    : confirmationPage(asking, { reference, changes, status: 409 });
}

function isConfirming(c: ConsoleContext): boolean {
  return c.req.method === "POST" && c.var.form.text("step") === "confirm";
}

/**
 * It could not be looked up whether the reference was used: back to its own address, which asks that first.
 * A form instead would lead to another reference, and the money might move under both.
 */
async function toConfirmation<S, W>(c: ConsoleContext, action: Action<S, W>): Promise<Response> {
  const { form } = c.var;
  const typed = typedOf(action, (name) => form.text(name));
  const asked = { reference: form.text("reference"), seen: form.text("seen") };
  return c.redirect(await addressOfAsking(c, typed, asked), 303);
}

/** So a command ended that was sent; anything else says that nobody could be asked. */
function isRefused({ status }: ApiProblem): boolean {
  return status === 422;
}

function answerUsed<S, W>(asking: Asking<S, W>, used: Result<Done, ApiProblem>): Response {
  if (used.ok) return asking.c.redirect(used.value.href, 303);
  const { failure: problem } = used;
  return formPage(asking, { problem, status: problem.status });
}

/**
 * Where nobody knows whether it was done, or it may just be tried again, the same confirmation stands there
 * with the same reference; what was refused goes back to its form.
 */
function refusedPage<S, W>(asking: Asking<S, W>, problem: ApiProblem, reference: string): Response {
  const { status } = problem;
  const mayPass = status >= 500 || status === 429 || asking.action.fields.length === 0;
  return mayPass
    ? confirmationPage(asking, { reference, problem, status })
    : formPage(asking, { problem, status });
}

function typedOf<S, W>(action: Action<S, W>, read: (name: string) => string): Typed {
  return Object.fromEntries(action.fields.map((name) => [name, read(name).trim()]));
}

/** The confirmation's own address. */
async function addressOfAsking(
  c: ConsoleContext,
  typed: Typed,
  asked: { readonly reference: string; readonly seen: string },
): Promise<string> {
  const mark = await markOfAsking(c, typed, asked);
  return pathWith(c.req.path, { ...typed, ...asked, mark });
}

async function markOfAsking(
  c: ConsoleContext,
  typed: Typed,
  { reference, seen }: { readonly reference: string; readonly seen: string },
): Promise<string> {
  return markOf(c.var.here.csrf, [c.req.path, reference, seen, ...Object.values(typed)]);
}
