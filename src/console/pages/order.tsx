// An order's page: everything that is known of it, what to do next, and the small things that are said of it
// here. While it is open the script asks for it again: when nothing has changed, that reads the order's actor
// and nothing else, but for once in a minute.

import { Hono } from "hono";
import type { CommandView } from "../../domain/command-view";
import type { OrderView } from "../../domain/order-view";
import { MINUTE } from "../../domain/schedule";
import type { ReceiptView } from "../../http/order-receipt";
import type { TimelineView } from "../../http/orders";
import { type ApiProblem, type Listed, pathTo } from "../api";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage, Trouble } from "../failure";
import { page } from "../frame";
import { isKnown, notModified, tagOf } from "../live";
import { NextCard } from "../next-card";
import { Discrepancies, Settlement } from "../order-bank";
import { orderPath } from "../order-path";
import { CommandList, Payments, Refunds } from "../order-payments";
import { Customer, Fulfillment, Ids, Links, Metadata, Receipt, Reminders } from "../order-side";
import { Checklist } from "../order-steps";
import { Timeline } from "../order-timeline";
import { Amounts, OrderHead, PhoneCard } from "../order-top";
import { unknownOrder } from "../order-unknown";

const SAID_OF_STEP: ReadonlyMap<string, string> = new Map([
  ["fulfill", "delivered"],
  ["confirm", "confirmed"],
  ["record", "recorded"],
]);

export const order = new Hono<ConsoleDoor>()
  .get("/console/orders/:id", async (c) => showOrder(c, null))
  .post("/console/orders/:id/refresh", async (c) => {
    const done = await c.var.api.send<OrderView>("POST", apiPath(c, "refresh"));
    return done.ok ? back(c, "refreshed") : showOrder(c, done.failure);
  })
  .post("/console/orders/:id/steps/:step", async (c) => {
    const step = c.req.param("step");
    const note = c.var.form.text("note");
    const body = note === "" ? {} : { note };
    const done = await c.var.api.send("PUT", apiPath(c, "checklist", step), body);
    return done.ok ? back(c, SAID_OF_STEP.get(step) ?? "") : showOrder(c, done.failure);
  })
  .post("/console/orders/:id/claim", async (c) => {
    const [claim_id, state] = [c.var.form.text("claim_id"), c.var.form.text("state")];
    const done = await c.var.api.send("POST", apiPath(c, "fulfillment"), { claim_id, state });
    if (!done.ok) return showOrder(c, done.failure);
    return back(c, state === "done" ? "delivered" : "given_back");
  })
  .post("/console/orders/:id/receipt", async (c) => {
    const done = await c.var.api.send<ReceiptView>("POST", apiPath(c, "receipt"));
    if (!done.ok) return showOrder(c, done.failure);
    return back(c, done.value.email?.state === "sent" ? "receipt_sent" : "receipt_going");
  });

/** `refused`: what was just tried and did not work; the page stands below it. */
async function showOrder(c: ConsoleContext, refused: ApiProblem | null): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const found = await c.var.api.get<OrderView>(apiPath(c));
  if (!found.ok) {
    return found.failure.status === 404
      ? unknownOrder(c, id)
      : failurePage(c, found.failure, "orders");
  }
  const view = found.value;
  // One order has one address, whichever of its names one came by.
  if (refused === null && view.id !== id) {
    return c.redirect(orderPath(view.id) + new URL(c.req.url).search, 303);
  }
  // The clock changes what is next, and what could not be read is read again: within a minute it is shown.
  const minute = Math.floor(c.var.here.now / MINUTE);
  const tag = refused === null ? await tagOf(c, [view, minute]) : null;
  if (tag !== null && isKnown(c, tag)) return notModified(tag);
  const [timeline, commands, receipt] = await Promise.all([
    c.var.api.get<Listed<TimelineView>>(apiPath(c, "timeline")),
    c.var.api.get<Listed<CommandView>>(apiPath(c, "commands")),
    c.var.api.get<ReceiptView>(apiPath(c, "receipt")),
  ]);
  const open = commands.ok ? commands.value.data : [];
  return page(
    c,
    {
      title: view.merchant_reference ?? view.id,
      section: "orders",
      ...(refused === null ? {} : { status: refused.status }),
      ...(tag === null ? {} : { live: tag }),
    },
    <>
      {refused !== null && <Refused problem={refused} id={view.id} />}
      <OrderHead order={view} />
      <div class="columns">
        <div class="stack">
          <PhoneCard order={view} commands={open} />
          <NextCard order={view} commands={open} />
        </div>
        <Amounts order={view} />
      </div>
      <div class="columns">
        <div class="stack">
          {commands.ok ? null : <Trouble problem={commands.failure} />}
          <Checklist order={view} />
          <Payments order={view} />
          <CommandList order={view} commands={open} />
          <Refunds order={view} />
          <Settlement order={view} />
          <Discrepancies order={view} />
          {timeline.ok ? (
            <Timeline entries={timeline.value.data} />
          ) : (
            <Trouble problem={timeline.failure} />
          )}
        </div>
        <div class="stack">
          <Links order={view} />
          <Fulfillment order={view} />
          <Receipt order={view} receipt={receipt.ok ? receipt.value : null} />
          <Customer order={view} />
          <Reminders order={view} />
          <Metadata order={view} />
          <Ids order={view} />
        </div>
      </div>
    </>,
  );
}

function Refused({ problem, id }: { readonly problem: ApiProblem; readonly id: string }) {
  return (
    <div class="stack">
      <Trouble problem={problem} />
      <p>
        <a class="more" href={orderPath(id)}>
          Open the order anew
        </a>
      </p>
    </div>
  );
}

function apiPath(c: ConsoleContext, ...rest: readonly string[]): string {
  return `/v1${pathTo("orders", c.req.param("id") ?? "", ...rest)}`;
}

function back(c: ConsoleContext, said: string): Response {
  const query = said === "" ? "" : `?said=${said}`;
  return c.redirect(orderPath(c.req.param("id") ?? "") + query, 303);
}
