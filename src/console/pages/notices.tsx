// Pages that say one thing: the console is shut, the session is over, the form was nobody's of ours, there is
// no such page, we could not.

import type { ConsoleContext } from "../door";
import { openPage } from "../frame";

/** SESSION_SECRET is not set: nobody can be signed in. */
export function shutPage(c: ConsoleContext): Response {
  return openPage(
    c,
    { title: "The console is not set up", status: 503 },
    <>
      <h1>The console is not set up</h1>
      <p>
        Set the secrets <code>SESSION_SECRET</code> (32 random characters or more) and{" "}
        <code>CONSOLE_PASSWORD</code> (12 or more), for example with{" "}
        <code>npx wrangler secret put SESSION_SECRET</code>, and open this page again.
      </p>
    </>,
  );
}

/** `href`: where one signs in, and where that leads. */
export function endedPage(c: ConsoleContext, href = "/console/sign-in"): Response {
  return openPage(
    c,
    { title: "Your session has ended", status: 401 },
    <>
      <h1>Your session has ended</h1>
      <p>Nothing was done. Sign in, look at it once more, and do it again if it is still needed.</p>
      <p>
        <a class="button" href={href}>
          Sign in
        </a>
      </p>
    </>,
  );
}

export function strangeFormPage(c: ConsoleContext): Response {
  return openPage(
    c,
    { title: "This form is not from here", status: 403 },
    <>
      <h1>This form could not be accepted</h1>
      <p>
        Nothing was done. It was opened before you signed in, or it was not sent by a page of this
        console. Open the page again and repeat it there.
      </p>
      <p>
        <a class="button" href="/console">
          Back to Today
        </a>
      </p>
    </>,
  );
}

export function nowherePage(c: ConsoleContext): Response {
  return openPage(
    c,
    { title: "There is nothing here", status: 404 },
    <>
      <h1>There is nothing at this address</h1>
      <p>
        <a class="button" href="/console">
          Back to Today
        </a>
      </p>
    </>,
  );
}

export function brokenPage(c: ConsoleContext, status: 500 | 503): Response {
  return openPage(
    c,
    { title: "This did not work", status },
    <>
      <h1>{status === 503 ? "This can not be read at the moment" : "Something went wrong here"}</h1>
      <p>
        {status === 503
          ? "What is needed for this page gave no answer. Payments and webhooks are not affected; try again in a moment."
          : "It is our fault and it was logged. If you were moving money, look at the order before you do it again."}
      </p>
      <p>
        Request <code>{c.var.request_id}</code>
      </p>
      <p>
        <a class="button" href="/console">
          Back to Today
        </a>
      </p>
    </>,
  );
}

/** A change of who may sign in, whose answer was lost. */
export function unsurePage(c: ConsoleContext): Response {
  return openPage(
    c,
    { title: "Nobody knows whether it was done", status: 503 },
    <>
      <h1>Nobody knows whether it was done</h1>
      <p>
        The answer did not come back in time. Look at how things stand before you do it again.
        Payments and webhooks are not affected.
      </p>
      <p>
        <a class="button" href="/console">
          Back to Today
        </a>
      </p>
    </>,
  );
}
