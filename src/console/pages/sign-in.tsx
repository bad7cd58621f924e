// Signing in and out.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import { ADMINISTRATOR } from "../../domain/people";
import { askAccess } from "../../http/access-problem";
import { networkOf } from "../../http/connect";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { readForm } from "../form";
import { openPage } from "../frame";
import { dropCookie, ownAddress, readCookie, writeCookie } from "../session";
import { shutPage } from "./notices";

export const signIn = new Hono<ConsoleDoor>()
  .get("/console/sign-in", (c) => signInPage(c, { to: c.req.query("to") ?? "", fault: null }))
  .post("/console/sign-in", async (c) => {
    const { config, access } = c.var.doors;
    const { session_secret } = config.console;
    if (session_secret === null) return shutPage(c);
    const form = await readForm(c.req.raw);
    const to = form?.text("to") ?? "";
    const name = form?.text("name") ?? "";
    const password = form?.raw("password") ?? "";
    if (password === "") return signInPage(c, { to, fault: "Type your password." });
    const network = networkOf(c.req.header("cf-connecting-ip") ?? "unknown");
    const signed = await askAccess(
      access.signIn({ name: name === "" ? ADMINISTRATOR : name, password, network }),
    );
    if (!signed.ok) {
      const fault =
        signed.failure.code === "sign_in_wrong"
          ? "This name and password do not belong together."
          : "Too many tries. Wait a few minutes and try again.";
      return signInPage(c, { to, fault });
    }
    await writeCookie(c, session_secret, signed.value);
    return c.redirect(ownAddress(to), 303);
  });

/** Behind the session: only who is signed in can sign out. */
export const signOut = new Hono<ConsoleDoor>().post("/console/sign-out", async (c) => {
  const { config, access } = c.var.doors;
  const secret = await readCookie(c, config.console.session_secret ?? "");
  if (secret !== null) await askAccess(access.endSession(secret));
  dropCookie(c);
  return c.redirect("/console/sign-in", 303);
});

interface Asked {
  readonly to: string;
  readonly fault: string | null;
}

function signInPage(c: ConsoleContext, asked: Asked): Response {
  const status = asked.fault === null ? 200 : 401;
  return openPage(c, { title: "Sign in", status }, <SignInForm {...asked} />);
}

const SignInForm: FC<Asked> = ({ to, fault }) => (
  <>
    <h1>Sign in</h1>
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
          autocomplete="username"
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
  </>
);
