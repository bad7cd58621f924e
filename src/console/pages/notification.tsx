// One notification: what was told, every try with what the merchant's system answered, and sending it again.

import { orderPath } from "../order-path";
import { Hono } from "hono";
import type { FC } from "hono/jsx";
import type { AttemptView } from "../../domain/delivery";
import type { JsonObject } from "../../domain/json";
import type { NotificationView } from "../../ledger/notifications";
import { type ApiProblem, pathTo } from "../api";
import { BodyText } from "../body-text";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage, Trouble } from "../failure";
import { page } from "../frame";
import { useMay } from "../here";
import { NotificationName } from "../notification-parts";
import { ATTEMPT_ERRORS, DELIVERIES } from "../notification-words";
import { Badge, type Column, Copy, Facts, PostForm, Table, Time } from "../parts";

interface Whole extends NotificationView {
  readonly body: JsonObject;
}

const ADDRESS = "/console/notifications/:id";

export const notification = new Hono<ConsoleDoor>()
  .get(ADDRESS, (c) => onePage(c, c.req.param("id"), null))
  .post(`${ADDRESS}/resend`, async (c) => {
    const id = c.req.param("id");
    const sent = await c.var.api.send("POST", `${apiPath(id)}/resend`);
    if (!sent.ok) return onePage(c, id, sent.failure);
    return c.redirect(`${ownPath(id)}?said=resent`, 303);
  });

const apiPath = (id: string): string => `/v1${pathTo("notifications", id)}`;
const ownPath = (id: string): string => `/console${pathTo("notifications", id)}`;

async function onePage(
  c: ConsoleContext,
  id: string,
  refused: ApiProblem | null,
): Promise<Response> {
  const found = await c.var.api.get<Whole>(apiPath(id));
  if (!found.ok) return failurePage(c, found.failure, "notifications");
  const { type, order_id, status, created_at, delivered_at, next_attempt_at, attempts, body } =
    found.value;
  const { label, tone, meaning } = DELIVERIES[status];
  return page(
    c,
    { title: "A notification", section: "notifications", status: refused?.status ?? 200 },
    <>
      <div class="row">
        <h1>
          <NotificationName type={type} />
        </h1>
        <Badge tone={tone}>{label}</Badge>
      </div>
      {refused !== null && <Trouble problem={refused} />}
      <p class={tone === "plain" ? "notice" : `notice ${tone}`}>{meaning}</p>
      <div class="columns">
        <section class="stack" aria-labelledby="tries">
          <h2 id="tries">Tries</h2>
          {attempts.length === 0 ? (
            <p class="card">None was made yet.</p>
          ) : (
            <Attempts attempts={attempts} />
          )}
          <h2>What is sent</h2>
          <BodyText text={JSON.stringify(body, null, 2)} label="What is sent" />
          <p class="soft small">
            Your system also gets the customer's number in the WhatsApp link, and the receipt's
            address.
          </p>
        </section>
        <section class="card" aria-labelledby="facts">
          <h2 id="facts">About it</h2>
          <Facts
            rows={[
              ["Order", <OrderLink id={order_id} />],
              ["Told", <Time at={created_at} />],
              delivered_at === null ? null : ["Delivered", <Time at={delivered_at} />],
              next_attempt_at === null ? null : ["Next try", <Time at={next_attempt_at} far />],
              ["Id", <Named id={id} />],
            ]}
          />
          <Again id={id} isAgain={attempts.length > 0} />
        </section>
      </div>
    </>,
  );
}

const OrderLink: FC<{ readonly id: string }> = ({ id }) => (
  <a class="id" href={orderPath(id)}>
    {id}
  </a>
);

const Named: FC<{ readonly id: string }> = ({ id }) => (
  <>
    <span class="id">{id}</span> <Copy text={id} />
  </>
);

const Again: FC<{ readonly id: string; readonly isAgain: boolean }> = ({ id, isAgain }) => {
  if (!useMay("admin")) return null;
  return (
    <PostForm action={`${ownPath(id)}/resend`} class="stack">
      <button class="quiet">{isAgain ? "Send it again" : "Send it now"}</button>
      <p class="help">Under the same id: your system can tell that it is the same one.</p>
    </PostForm>
  );
};

const ATTEMPT_COLUMNS: readonly Column<AttemptView>[] = [
  { label: "Try", figure: true, cell: ({ n }) => String(n) },
  { label: "When", cell: ({ at }) => <Time at={at} /> },
  { label: "Outcome", cell: (attempt) => <Outcome attempt={attempt} /> },
  { label: "Took", figure: true, cell: ({ duration_ms }) => secondsText(duration_ms) },
];

/** The newest first, and what each was answered under it: a person reads the last word first. */
const Attempts: FC<{ readonly attempts: readonly AttemptView[] }> = ({ attempts }) => {
  const newestFirst = attempts.toReversed();
  const answered = newestFirst.filter(({ answer }) => answer !== null && answer !== "");
  return (
    <>
      <Table caption="Tries" columns={ATTEMPT_COLUMNS} rows={newestFirst} />
      {answered.map(({ n, answer }, index) => (
        <details open={index === 0}>
          <summary>What your system answered to try {String(n)}</summary>
          <BodyText text={answer ?? ""} label={`Answer to try ${n}`} />
        </details>
      ))}
    </>
  );
};

const Outcome: FC<{ readonly attempt: AttemptView }> = ({ attempt: { status, error } }) => {
  if (status === null) {
    return <Badge tone="bad">{error === null ? "No answer" : ATTEMPT_ERRORS[error]}</Badge>;
  }
  const taken = status >= 200 && status < 300;
  return (
    <Badge tone={taken ? "good" : "bad"}>{`${taken ? "Taken" : "Not taken"} (${status})`}</Badge>
  );
};

function secondsText(milliseconds: number): string {
  return milliseconds < 1_000 ? `${milliseconds} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;
}
