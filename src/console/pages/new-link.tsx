// A new payment link, and one that was made elsewhere taken over. Making a link twice is impossible by its
// reference, which the form carries (link-form.ts).

import { Hono } from "hono";
import { suggestedReference } from "../../domain/link-words";
import { DAY } from "../../domain/schedule";
import { isLinkId } from "../../domain/ids";
import { momentField } from "../../domain/typed-time";
import type { linkJson } from "../../http/link-json";
import { type ApiProblem, pathTo } from "../api";
import type { ConsoleContext, ConsoleDoor, Here } from "../door";
import { Trouble } from "../failure";
import { page } from "../frame";
import { type LinkFormShown, LinkForm } from "../link-form-page";
import { linkBody, linkFaults, readLinkForm, type TypedLink } from "../link-form";
import { Field, PostForm } from "../parts";
import { refusedPage } from "../refused";

type Link = ReturnType<typeof linkJson>;

/** What a customer is given to pay, to the end of that day, unless one says otherwise. */
const LASTS = 7 * DAY;

export const newLink = new Hono<ConsoleDoor>()
  .get("/console/links/new", (c) => {
    const refused = refusedPage(c, "links", "links");
    if (refused !== null) return refused;
    const typed = emptyLink(c.var.here);
    return showForm(c, 200, { typed, faults: {}, problem: null });
  })
  .post("/console/links/new", async (c) => {
    const refused = refusedPage(c, "links", "links");
    if (refused !== null) return refused;
    const typed = readLinkForm(c.var.form);
    const body = linkBody(typed, c.var.here.zone);
    if (!body.ok) return showForm(c, 422, { typed, faults: body.failure.faults, problem: null });
    const made = await c.var.api.send<Link>("POST", "/v1/links", body.value);
    if (made.ok) return c.redirect(addressOf(made.value, "link_created"), 303);
    const problem = made.failure;
    return showForm(c, problem.status, { typed, faults: linkFaults(problem), problem });
  })
  .get("/console/links/track", (c) => refusedPage(c, "links", "links") ?? showTrack(c, "", null))
  .post("/console/links/track", async (c) => {
    const refused = refusedPage(c, "links", "links");
    if (refused !== null) return refused;
    const named = c.var.form.text("named");
    if (named === "") return showTrack(c, named, "empty");
    const body = isLinkId(named)
      ? { payment_link_id: named }
      : { merchant_payment_link_reference: named };
    const tracked = await c.var.api.send<Link>("POST", "/v1/links/track", body);
    return tracked.ok
      ? c.redirect(addressOf(tracked.value, "link_tracked"), 303)
      : showTrack(c, named, tracked.failure);
  });

function addressOf({ payment_link_id }: Link, said: string): string {
  return `/console${pathTo("links", payment_link_id)}?said=${said}`;
}

function emptyLink({ now, zone }: Here): TypedLink {
  const random = crypto.getRandomValues(new Uint8Array(6));
  return {
    text: {
      amount: "",
      reference: suggestedReference(now, zone, random),
      description: "",
      email: "",
      phone: "",
      expire_by: `${momentField(now + LASTS, zone).slice(0, 10)}T23:59`,
      part_payment: "",
      pre_auth: "",
    },
    reminders: [],
  };
}

function showForm(c: ConsoleContext, status: number, shown: LinkFormShown): Response {
  return page(
    c,
    { title: "New link", section: "links", status },
    <>
      <h1>New payment link</h1>
      <LinkForm {...shown} />
    </>,
  );
}

function showTrack(c: ConsoleContext, named: string, wrong: ApiProblem | "empty" | null): Response {
  const status = wrong === null ? 200 : wrong === "empty" ? 422 : wrong.status;
  const isProblem = wrong !== null && wrong !== "empty";
  const fault =
    wrong === "empty"
      ? "Write the link's id or your reference of it."
      : wrong?.code === "body_invalid"
        ? "This is neither a link's id (pl-…) nor a reference: letters, digits, hyphens and underscores, at most 50."
        : wrong?.code === "link_unknown"
          ? "The gateway knows no such link. Look at it once more, letter by letter."
          : undefined;
  return page(
    c,
    { title: "Follow a link", section: "links", status },
    <>
      <h1>Follow a link made elsewhere</h1>
      <p>
        A link that was made in the Pine Labs dashboard or by another system can be looked after
        here too. The gateway is asked for it now.
      </p>
      {isProblem && fault === undefined && <Trouble problem={wrong} />}
      <PostForm action="/console/links/track" class="card link-form">
        <Field
          name="named"
          label="Link id or your reference"
          help="A link id begins with pl-."
          fault={fault}
          input={(tied) => <input {...tied} value={named} autocomplete="off" required />}
        />
        <div class="row">
          <button class="button">Follow it</button>
          <a href="/console/links">Back to the links</a>
        </div>
      </PostForm>
    </>,
  );
}
