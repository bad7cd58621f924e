// A settlement: how what customers paid became what the bank got, what of it adds up, and its lines.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import type { WholeSettlementJson } from "../../http/settlement-json";
import { pathTo } from "../api";
import { csvFile } from "../csv-file";
import { Day } from "../day";
import { DiscrepancyTable } from "../discrepancy-table";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage } from "../failure";
import { page } from "../frame";
import { methodLabel } from "../order-labels";
import { Facts, Money, Time } from "../parts";
import { SettlementBadge, AddsUp } from "../settlement-parts";
import { SETTLEMENT_STATES, WATERFALL_WORDS } from "../settlement-words";
import { AllChecks, FailedChecks } from "../transfer-checks";
import { TransferLines } from "../transfer-lines";
import { WATERFALL_PARTS, waterfallOf } from "../waterfall";
import { WaterfallPicture } from "../waterfall-picture";

const ROWS = 50;

export const settlement = new Hono<ConsoleDoor>()
  .get("/console/settlements/:file{[A-Za-z0-9]{1,50}\\.csv}", async (c) => {
    const utr = c.req.param("file").slice(0, -".csv".length);
    const path = `/v1${pathTo("settlements", utr)}`;
    return csvFile(c, { path, query: {}, section: "settlements" });
  })
  .get("/console/settlements/:utr", async (c) => {
    const utr = c.req.param("utr");
    const cursor = c.req.query("cursor");
    const found = await c.var.api.get<WholeSettlementJson>(`/v1${pathTo("settlements", utr)}`, {
      limit: ROWS,
      cursor,
    });
    if (found.ok) return settlementPage(c, found.value);
    return found.failure.code === "settlement_changed"
      ? changedPage(c, utr)
      : failurePage(c, found.failure, "settlements");
  });

function settlementPage(c: ConsoleContext, transfer: WholeSettlementJson): Response {
  const { utr, status, net, discrepancies, identities } = transfer;
  return page(
    c,
    { title: `Transfer ${utr}`, section: "settlements" },
    <>
      <div class="stack">
        <p>
          <a href="/console/settlements">All settlements</a>
        </p>
        <h1>
          Transfer <span class="id big">{utr}</span>
        </h1>
        <div class="row">
          <strong class="sum">
            <Money amount={net} />
          </strong>
          <SettlementBadge status={status} /> <AddsUp of={transfer} />
        </div>
        <p class="soft">{SETTLEMENT_STATES[status].means}</p>
      </div>
      <FailedChecks identities={identities} />
      <div class="columns">
        <Way transfer={transfer} />
        <section class="card" aria-labelledby="about">
          <h2 id="about">About this transfer</h2>
          <About transfer={transfer} />
        </section>
      </div>
      {discrepancies.length > 0 && (
        <section class="stack" aria-labelledby="differences">
          <h2 id="differences">What was found wrong with it</h2>
          <DiscrepancyTable caption="Discrepancies of this transfer" rows={discrepancies} short />
        </section>
      )}
      <TransferLines transfer={transfer} />
      {transfer.totals !== null && <AllChecks identities={identities} />}
    </>,
  );
}

/** The picture and the table of the same numbers. */
const Way: FC<{ readonly transfer: WholeSettlementJson }> = ({ transfer }) => {
  const { gross, net, refunds, fees, taxes, recoveries, split, beside } = transfer;
  const kept = { refunds, fees, taxes, recoveries, split, beside };
  const value = (amount: typeof gross) => amount?.value ?? null;
  const waterfall = waterfallOf(value(gross), value(net), {
    refunds: value(refunds),
    fees: value(fees),
    taxes: value(taxes),
    recoveries: value(recoveries),
    split: value(split),
    beside: value(beside),
  });
  const rows = WATERFALL_PARTS.map((name) => ({
    name,
    amount: name === "unexplained" ? transfer.unexplained : kept[name],
  }));
  return (
    <section class="card" aria-labelledby="way">
      <h2 id="way">From your customers to your bank</h2>
      {waterfall === null ? (
        <p class="soft">
          The gateway has not said yet what was collected or paid, so there is nothing to draw.
        </p>
      ) : (
        <WaterfallPicture waterfall={waterfall} />
      )}
      <table class="statement">
        <caption class="hidden">The same in numbers</caption>
        <tbody>
          <tr class="total">
            <th scope="row">{WATERFALL_WORDS.gross.label}</th>
            <td class="figure">
              <Money amount={gross} />
            </td>
          </tr>
          {rows.map(({ name, amount }) => (
            <tr>
              <th scope="row">
                {`less ${WATERFALL_WORDS[name].label.toLowerCase()}`}
                <span class="small soft"> {WATERFALL_WORDS[name].means}</span>
              </th>
              <td class="figure">
                <Money amount={amount} />
              </td>
            </tr>
          ))}
          <tr class="total">
            <th scope="row">{WATERFALL_WORDS.net.label}</th>
            <td class="figure">
              <Money amount={net} />
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  );
};

const About: FC<{ readonly transfer: WholeSettlementJson }> = ({ transfer }) => {
  const { settled_at, processed_at, bank_name, bank_account, programs, counts } = transfer;
  const { refunds_unlisted, unfinished, updated_at } = transfer;
  const bank = [bank_name, bank_account].filter((text) => text !== null).join(" ");
  return (
    <Facts
      rows={[
        ["Paid on", settled_at === null ? "Not paid yet" : <Day at={settled_at} />],
        processed_at === null ? null : ["Made by the gateway", <Time at={processed_at} />],
        bank === "" ? null : ["To the account", <span dir="auto">{bank}</span>],
        programs.length === 0
          ? null
          : [
              "Payment methods",
              <span dir="auto">{programs.map(methodLabel).join(", ").replaceAll("_", " ")}</span>,
            ],
        ["Lines", String(counts.lines)],
        counts.attributed === 0 ? null : ["of known orders", counts.attributed],
        counts.unknown === 0 ? null : ["of unknown payments", counts.unknown],
        counts.other_business === 0 ? null : ["of other business", counts.other_business],
        counts.waiting === 0 ? null : ["still being asked for", counts.waiting],
        refunds_unlisted.value === 0
          ? null
          : ["Refunds without a line", <Money amount={refunds_unlisted} />],
        ["Last read", <Time at={updated_at} />],
        ["Read again", unfinished ? "Yes, by itself" : "Not needed"],
      ]}
    />
  );
};

/** Its lines have other places now: the pages before would not fit the ones that follow. */
function changedPage(c: ConsoleContext, utr: string): Response {
  return page(
    c,
    { title: `Transfer ${utr} has changed`, section: "settlements", status: 409 },
    <>
      <h1>This transfer was read anew</h1>
      <div class="notice wait" role="alert">
        <p>
          While you turned the pages the gateway's report of it changed, and its lines stand at
          other places now. Begin again at its first page.
        </p>
      </div>
      <p>
        <a class="button" href={`/console${pathTo("settlements", utr)}`}>
          To the first page
        </a>
      </p>
    </>,
  );
}
