// Today: what needs a person, worst first, as numbers that are links; and the last days in two charts. A part
// that gives no answer says so, and the rest stands.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import type { OrderView } from "../../domain/order-view";
import { dayOf, lastDays } from "../../domain/report-days";
import { shownDay } from "../../domain/shown-time";
import type { AttentionView } from "../../http/attention-json";
import type { DaysView } from "../../http/days";
import type { Listed } from "../api";
import { DayCharts, RANGES } from "../day-charts";
import type { ConsoleDoor } from "../door";
import { Trouble } from "../failure";
import { page } from "../frame";
import { useMay } from "../here";
import { Copy } from "../parts";
import { WaitingList } from "../waiting-list";

export const today = new Hono<ConsoleDoor>().get("/console", async (c) => {
  const { api, here } = c.var;
  const range = RANGES.find((days) => String(days) === c.req.query("days")) ?? 30;
  const { from, to } = lastDays(dayOf(here.now, here.zone), range);
  const [attention, days, orders] = await Promise.all([
    api.get<AttentionView>("/v1/attention"),
    api.get<DaysView>("/v1/days", { from, to }),
    api.get<Listed<OrderView>>("/v1/orders", { limit: 1 }),
  ]);
  const isNew = orders.ok && orders.value.data.length === 0;
  return page(
    c,
    { title: "Today", section: "today" },
    <>
      <div class="row apart">
        <h1>Today</h1>
        <p class="soft">{shownDay(here.now, here.zone)}</p>
      </div>
      {!attention.ok && <Trouble problem={attention.failure} />}
      {attention.ok && <WaitingList attention={attention.value} isNew={isNew} />}
      {isNew && attention.ok && <FirstSteps webhook_url={attention.value.webhooks.webhook_url} />}
      {!days.ok && <Trouble problem={days.failure} />}
      {days.ok && !isNew && <DayCharts days={days.value} range={range} />}
    </>,
  );
});

/** Nobody has ordered anything yet: what makes it work, in the order in which it is done. */
const FirstSteps: FC<{ readonly webhook_url: string }> = ({ webhook_url }) => {
  const mayLink = useMay("links");
  const mayInvite = useMay("admin");
  return (
    <section class="card" aria-labelledby="first-steps">
      <h2 id="first-steps">First steps</h2>
      <ol class="first-steps">
        <li>
          <h3>Tell Pine Labs where to send webhooks</h3>
          <p>
            Paste this address into the webhook settings of the Pine Labs dashboard. Payments are
            found without it too, but minutes later.
          </p>
          <p class="row">
            <code>{webhook_url}</code> <Copy text={webhook_url} label="Copy the address" />
          </p>
        </li>
        {mayLink && (
          <li>
            <h3>Create a first payment link</h3>
            <p>Pay it yourself with a small amount, and watch it here.</p>
            <p>
              <a class="button" href="/console/links/new">
                Create a payment link
              </a>
            </p>
          </li>
        )}
        {mayInvite && (
          <li>
            <h3>Invite the others</h3>
            <p>Everybody signs in with a name of their own, so that it is known who did what.</p>
            <p>
              <a class="button quiet" href="/console/settings">
                Settings and people
              </a>
            </p>
          </li>
        )}
      </ol>
    </section>
  );
};
