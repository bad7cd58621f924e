// Signing in and out.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import type { SignInFailure } from "../../actor/people-rpc";
import { ADMINISTRATOR } from "../../domain/people";
import { shownDuration, shownTime } from "../../domain/shown-time";
import { SECOND } from "../../domain/schedule";
import { askAccess } from "../../http/access-problem";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { readForm } from "../form";
import { openPage } from "../frame";
import { dropCookie, fromOf, ownAddress, replaceSession } from "../session";
import { shutPage } from "./notices";

export const signIn = new Hono<ConsoleDoor>()
  .get("/console/sign-in", (c) => signInPage(c, { ...EMPTY, to: c.req.query("to") ?? "" }))
  .post("/console/sign-in", async (c) => {
    const { config, people } = c.var.doors;
    if (config.console.session_secret === null) return shutPage(c);
    const form = await readForm(c.req.raw);
    const asked = { to: form?.text("to") ?? "", name: form?.text("name") ?? "" };
    const password = form?.raw("password") ?? "";
    if (asked.name === "" || password === "") {
      return signInPage(c, { ...asked, fault: "Type your name and your password." });
    }
    const signed = await askAccess(people.signIn({ ...fromOf(c), name: asked.name, password }));
    if (!signed.ok) return refusedPage(c, asked, signed.failure);
    await replaceSession(c, signed.value);
    return c.redirect(ownAddress(asked.to), 303);
  });

/** Behind the session: only who is signed in can sign out. */
export const signOut = new Hono<ConsoleDoor>().post("/console/sign-out", async (c) => {
  await askAccess(c.var.doors.people.endSession(c.var.secret));
  dropCookie(c);
  return c.redirect("/console/sign-in", 303);
});

interface Asked {
  readonly to: string;
  readonly name: string;
  readonly fault: string | null;
}

const EMPTY: Asked = { to: "", name: "", fault: null };

function refusedPage(
  c: ConsoleContext,
  asked: Omit<Asked, "fault">,
  failed: SignInFailure,
): Response {
  if (failed.code === "sign_in_wrong") {
    return signInPage(c, { ...asked, fault: "This name and password do not belong together." });
  }
  const { config, now } = c.var.doors;
  const shown = signInPage(c, { ...asked, fault: tellLimit(c, failed.retry_at) }, 429);
  const wait = Math.max(1, Math.ceil((failed.retry_at - now()) / SECOND));
  shown.headers.set("retry-after", String(wait));
  return config.console.session_secret === null ? shutPage(c) : shown;
}

/** When the next try is looked at. */
export function tellLimit(c: ConsoleContext, retry_at: number): string {
  const { config, now } = c.var.doors;
  const at = shownTime(retry_at, config.merchant.time_zone);
  return `Too many tries. Try again in ${shownDuration(retry_at - now())}, at ${at}.`;
}

function signInPage(c: ConsoleContext, asked: Asked, refused = 401): Response {
  const status = asked.fault === null ? 200 : refused;
  return openPage(
    c,
    { title: "Sign in", status },
    <SignInForm {...asked} identity={c.var.identity} />,
  );
}

const SignInForm: FC<Asked & { readonly identity: string | null }> = ({
  to,
  name,
  fault,
  identity,
}) => (
  <>
    <h1>Sign in</h1>
    {identity !== null && (
      <p class="notice">
        <span>
          Cloudflare Access says that you are <strong>{identity}</strong>.{" "}
          <a href="/console">Go on as this person</a>, or{" "}
          <a href="/cdn-cgi/access/logout">sign out of Cloudflare Access</a>.
        </span>
      </p>
    )}
    {fault !== null && (
      <p class="notice bad" role="alert">
        {fault}
      </p>
    )}
    <form method="post" action="/console/sign-in" class="card">
      <input type="hidden" name="to" value={to} />
      <div class="field">
        <label for="name">Name</label>
        <p class="help" id="name-help">
          The first time: {ADMINISTRATOR}, with the console's password.
        </p>
        <input
          id="name"
          name="name"
          value={name.slice(0, 200)}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          aria-describedby="name-help"
          required
        />
      </div>
      <div class="field">
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
        />
      </div>
      <button class="button">Sign in</button>
    </form>
    <p class="help">Forgot it? Any administrator sends you a new invitation (Settings, People).</p>
  </>
);
