// Health: what is wrong first, each with what to do; then how every part stands. Counting every message reads
// every message, so it is done only when asked for.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import type { healthOf } from "../../http/health";
import type { accounting } from "../../ledger/messages";
import { MESSAGE_STATES } from "../../domain/message";
import { type ApiProblem, pathWith } from "../api";
import type { ConsoleDoor } from "../door";
import { failurePage, Trouble } from "../failure";
import { page } from "../frame";
import { Badge, Facts, Time } from "../parts";
import { Sentence } from "../sentence";
import { ACCOUNTED } from "../settings-labels";
import { SettingsNav } from "../settings-nav";
import type { Result } from "../../domain/result";

type Health = Awaited<ReturnType<typeof healthOf>>;
type Accounting = Awaited<ReturnType<typeof accounting>>;

const PATH = "/console/settings/health";

export const health = new Hono<ConsoleDoor>().get(PATH, async (c) => {
  const isCounting = c.req.query("count") === "messages";
  const [found, counted] = await Promise.all([
    c.var.api.get<Health>("/v1/health"),
    isCounting ? c.var.api.get<Accounting>("/v1/accounting") : null,
  ]);
  if (!found.ok) return failurePage(c, found.failure, "settings");
  return page(
    c,
    { title: "Health", section: "settings" },
    <>
      <h1>Health</h1>
      <SettingsNav page="health" />
      <Wrong {...found.value} />
      <Parts {...found.value} />
      <Counted counted={counted} />
    </>,
  );
});

const Wrong: FC<Health> = ({ wrong }) =>
  wrong.length === 0 ? (
    <p class="notice good">Everything that can be looked at works.</p>
  ) : (
    <section class="notice bad" aria-labelledby="wrong">
      <h2 id="wrong">
        {wrong.length === 1 ? "One thing is wrong" : `${wrong.length} things are wrong`}
      </h2>
      <ul>
        {wrong.map((text) => (
          <li>
            <Sentence text={text} />
          </li>
        ))}
      </ul>
    </section>
  );

const Works: FC<{ readonly ok: boolean; readonly children: string }> = ({ ok, children }) => (
  <Badge tone={ok ? "good" : "bad"}>{children}</Badge>
);

const Parts: FC<Health> = ({ gateway, ledger, webhooks, cron, settlements, retention }) => (
  <section class="card" aria-labelledby="parts">
    <h2 id="parts">How each part stands</h2>
    <Facts
      rows={[
        [
          "Gateway",
          <>
            <Works ok={gateway.ok}>{gateway.ok ? "Lets us in" : "Does not let us in"}</Works>{" "}
            {gateway.checked_at !== null && (
              <>
                asked <Time at={gateway.checked_at} far />
              </>
            )}
          </>,
        ],
        [
          "Ledger (lists and this console)",
          <Works ok={ledger.ok}>{ledger.ok ? "Answers" : "Gives no answer"}</Works>,
        ],
        ["Last webhook", <Since at={webhooks.last_received_at} never="None yet" />],
        ["Payments were last asked about", <Since at={cron.last_run_at} never="Not yet" />],
        ["Next question to the gateway", <Since at={ledger.oldest_inquiry_due_at} never="None" />],
        ["Settlement reports read until", <Since at={settlements.read_through} never="Not yet" />],
        ["Old personal data was last removed", <Since at={retention.last_run_at} never="Never" />],
      ]}
    />
  </section>
);

const Since: FC<{ readonly at: string | null; readonly never: string }> = ({ at, never }) =>
  at === null ? <>{never}</> : <Time at={at} />;

const Counted: FC<{ readonly counted: Result<Accounting, ApiProblem> | null }> = ({ counted }) => (
  <section class="card" aria-labelledby="counted">
    <h2 id="counted">Is every message accounted for?</h2>
    {counted === null && (
      <p>
        <a href={pathWith(PATH, { count: "messages" })}>Count every message now</a>. It takes a
        moment where there are many.
      </p>
    )}
    {counted?.ok === false && <Trouble problem={counted.failure} />}
    {counted?.ok === true && <Sums {...counted.value} />}
  </section>
);

const number = (count: number): string => count.toLocaleString("en-IN");

const Sums: FC<Accounting> = ({ received, states, repeats, actors_with_gaps, balanced }) => (
  <>
    <p>
      <Works ok={balanced}>{balanced ? "Yes" : "Not at the moment"}</Works>{" "}
      {!balanced &&
        "A message that just came may take a second to get here. If it stays so, tell whoever looks after this deployment."}
    </p>
    <Facts
      rows={[
        ["Received", number(received)],
        ...MESSAGE_STATES.map((state) => [ACCOUNTED[state], number(states[state])] as const),
        ["Came more than once", number(repeats)],
        [
          "Not in the ledger yet",
          actors_with_gaps === 0 ? "None" : `of ${number(actors_with_gaps)} orders`,
        ],
      ]}
    />
  </>
);
