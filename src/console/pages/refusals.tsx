// Pages for who can not come in, or not here: a wrong setting, a token of Cloudflare Access that is not believed,
// somebody whom nobody invited.

import type { AccessFailure } from "../access-token";
import type { ConsoleContext } from "../door";
import { Document, htmlResponse, openPage } from "../frame";
import { renderFor } from "../here";
import { logError } from "../../http/log";

/** Before anything is known of the deployment. The message holds no setting's value. */
export function wrongSettingPage(setting: string, message: string): Response {
  const whole = (
    <Document title="A setting is wrong">
      <main id="main" class="narrow">
        <p class="brand">Chukta</p>
        <h1>A setting is wrong</h1>
        <p class="notice bad">{message}</p>
        <p>
          Correct <code>{setting}</code> and open this page again. Until then webhooks and the API
          are shut too; Pine Labs sends again what it could not deliver.
        </p>
      </main>
    </Document>
  );
  const text = renderFor(null, whole);
  return htmlResponse(text, 503, { "x-content-type-options": "nosniff" });
}

export function unbelievedPage(c: ConsoleContext, failed: AccessFailure): Response {
  const { request_id } = c.var;
  if (failed.code === "access_keys_unavailable") {
    logError({ event: "access_keys_unavailable", request_id, reason: failed.reason });
    return openPage(
      c,
      { title: "Cloudflare Access can not be asked", status: 503 },
      <>
        <h1>Cloudflare Access can not be asked</h1>
        <p>
          The keys of your team could not be read, so nobody knows whether you are who your browser
          says. Try again in a moment. If it stays so, check the setting <code>ACCESS_TEAM</code>.
        </p>
      </>,
    );
  }
  logError({ event: "access_token_invalid", request_id });
  return openPage(
    c,
    { title: "Cloudflare Access does not vouch for you", status: 403 },
    <>
      <h1>Cloudflare Access does not vouch for you</h1>
      <p>
        What your browser brought from Cloudflare Access has run out, or is not for this console.
        Sign out there and in again. If it stays so, an administrator checks the settings{" "}
        <code>ACCESS_TEAM</code> and <code>ACCESS_AUD</code>.
      </p>
      <p>
        <a class="button" href="/cdn-cgi/access/logout">
          Sign out of Cloudflare Access
        </a>
      </p>
    </>,
  );
}

export function uninvitedPage(c: ConsoleContext, email: string): Response {
  return openPage(
    c,
    { title: "Nobody invited you yet", status: 403 },
    <>
      <h1>Nobody invited you yet</h1>
      <p>
        You are <strong>{email}</strong>, says Cloudflare Access, and nobody with this address works
        here. Ask an administrator of this console to invite you with exactly this e-mail address
        (Settings, People), and open this page again.
      </p>
      <p>
        <a href="/console/sign-in">Sign in with a password</a> ·{" "}
        <a href="/cdn-cgi/access/logout">Sign out of Cloudflare Access</a>
      </p>
    </>,
  );
}
