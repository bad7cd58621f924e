// One discrepancy: look at it once more, and close it with a reason. What changed meanwhile is shown anew and
// stays open; of two who close it the second one sees who was first.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import { inr } from "../../domain/money";
import type { ListedDiscrepancy } from "../../ledger/discrepancies";
import { type ApiProblem, pathTo, pathWith } from "../api";
import { BothSides, RESOLVE } from "../discrepancy-table";
import { discrepancyWords, SEVERITY_WORDS } from "../discrepancy-words";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage, faultOf, Trouble } from "../failure";
import { page } from "../frame";
import { useMay } from "../here";
import { Badge, Facts, Field, Money, PostForm, Time } from "../parts";
import { Subject, Whose } from "../side";
import { refusedPage } from "../refused";

/** How a form writes that nobody can say the amount. */
const NO_AMOUNT = "none";

export const resolveDiscrepancy = new Hono<ConsoleDoor>()
  .get(RESOLVE, async (c) => shown(c, c.req.query("id") ?? "", NOT_TRIED))
  .post(RESOLVE, async (c) => {
    const refused = refusedPage(c, "settlements", "discrepancies");
    if (refused !== null) return refused;
    const { form, api, here } = c.var;
    const id = form.text("id");
    const reason = form.text("reason");
    const amount = form.text("amount");
    const resolved = await api.send<ListedDiscrepancy>("POST", `${pathOf(id)}/resolve`, {
      reason,
      amount: amount === NO_AMOUNT ? null : Number(amount),
    });
    const done = pathWith(RESOLVE, { id, said: "resolved" });
    if (resolved.ok) return c.redirect(done, 303);
    const problem = resolved.failure;
    if (problem.code === "discrepancy_closed") {
      const now = await api.get<ListedDiscrepancy>(pathOf(id));
      const told = now.ok ? now.value.resolution : null;
      // The same form a second time: its button was pressed twice.
      if (told?.by === here.operator.name && told.reason === reason) return c.redirect(done, 303);
    }
    return shown(c, id, { reason, problem });
  });

function pathOf(id: string): string {
  return `/v1${pathTo("discrepancies", id)}`;
}

interface Tried {
  readonly reason: string;
  readonly problem: ApiProblem | null;
}

const NOT_TRIED: Tried = { reason: "", problem: null };

async function shown(c: ConsoleContext, id: string, tried: Tried): Promise<Response> {
  const found = await c.var.api.get<ListedDiscrepancy>(pathOf(id));
  if (!found.ok) return failurePage(c, found.failure, "discrepancies");
  const row = found.value;
  const words = discrepancyWords(row.type);
  return page(
    c,
    {
      title: words.label,
      section: "discrepancies",
      status: tried.problem?.status ?? 200,
    },
    <>
      <div class="stack">
        <p>
          <a href="/console/discrepancies">All discrepancies</a>
        </p>
        <h1>{words.label}</h1>
        <p class="row">
          <Badge tone={SEVERITY_WORDS[row.severity].tone}>
            {SEVERITY_WORDS[row.severity].label}
          </Badge>
          {row.closed_at === null ? (
            <Badge tone="wait">Open</Badge>
          ) : (
            <Badge tone="good">Closed</Badge>
          )}
        </p>
      </div>
      {tried.problem !== null && <WhyNot problem={tried.problem} />}
      <div class="columns">
        <div class="stack">
          <section class="card" aria-labelledby="sides">
            <h2 id="sides">What does not agree</h2>
            <p>{words.means}</p>
            <BothSides row={row} />
          </section>
          {row.closed_at === null && (
            <section class="card" aria-labelledby="next">
              <h2 id="next">What to do</h2>
              <p>{words.next}</p>
            </section>
          )}
          <Ending row={row} tried={tried} />
        </div>
        <section class="card" aria-labelledby="about">
          <h2 id="about">About it</h2>
          <Facts
            rows={[
              [
                "Amount in question",
                <Money amount={row.amount === null ? null : inr(row.amount)} />,
              ],
              ["Of", <Whose row={row} />],
              ["First seen", <Time at={row.first_seen_at} />],
              ["Last seen", <Time at={row.last_seen_at} />],
              row.closed_at === null ? null : ["Closed", <Time at={row.closed_at} />],
            ]}
          />
          <Subject row={row} />
        </section>
      </div>
    </>,
  );
}

const WhyNot: FC<{ readonly problem: ApiProblem }> = ({ problem }) =>
  problem.code === "discrepancy_changed" ? (
    <div class="notice wait" role="alert">
      <p class="title">It has changed while you looked at it</p>
      <p>
        Nothing was closed. This is how it is now: look again, and close it if it is still right.
      </p>
    </div>
  ) : (
    <Trouble problem={problem} />
  );

/** Who closed it and why, or the form for it. */
const Ending: FC<{ readonly row: ListedDiscrepancy; readonly tried: Tried }> = ({ row, tried }) => {
  const mayResolve = useMay("settlements");
  if (row.closed_at !== null) return <Closed row={row} />;
  if (!mayResolve) {
    return (
      <p class="soft">
        Your role can look at discrepancies. An operator or an administrator can close it.
      </p>
    );
  }
  return (
    <section class="card" aria-labelledby="close">
      <h2 id="close">Close it</h2>
      <p>
        It stays closed as long as both sides stay as they are now. No money moves. Your name and
        your words are kept with it.
      </p>
      <PostForm action={RESOLVE} class="stack">
        <input type="hidden" name="id" value={row.id} />
        <input type="hidden" name="amount" value={row.amount ?? NO_AMOUNT} />
        <Field
          name="reason"
          label="What is it?"
          help="3 to 500 characters, for example: written off, see ticket 81."
          fault={faultOf(tried.problem, "/reason")}
          input={(tied) => (
            <input {...tied} value={tried.reason} required minlength={3} maxlength={500} />
          )}
        />
        <div class="row">
          <button>Close this discrepancy</button>
        </div>
      </PostForm>
    </section>
  );
};

const Closed: FC<{ readonly row: ListedDiscrepancy }> = ({ row: { resolution, closed_at } }) => (
  <section class="card" aria-labelledby="closed">
    <h2 id="closed">{resolution === null ? "It closed by itself" : "It was closed"}</h2>
    {resolution === null ? (
      <p>
        The difference was gone on <Time at={closed_at} />.
      </p>
    ) : (
      <>
        <p>
          By <strong dir="auto">{resolution.by}</strong>, <Time at={resolution.at} />:
        </p>
        <blockquote dir="auto">{resolution.reason}</blockquote>
      </>
    )}
  </section>
);
