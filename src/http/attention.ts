// What waits for a person: numbers, the oldest of each kind, and where the whole list is. What the ledger
// knows is read in one batch; who keeps the refused webhooks and the settlement reports is asked beside it,
// and a silent one is `null` here and no error.

import { Hono } from "hono";
import { publicUrl } from "../config";
import { DAY } from "../domain/schedule";
import { judgeWebhooks, SILENCE } from "../domain/webhooks-silent";
import { readAttention } from "../ledger/attention";
import { attentionJson } from "./attention-json";
import { requires } from "./auth";
import type { Door } from "./doors";
import { NO_QUERY, parseQuery } from "./input";
import { askLedger } from "./ledger";
import { readMoneySwitch } from "./money-health";
import { readReceiver } from "./receiver-health";
import { answerOf, readReports } from "./report-health";

/** Nobody clears what could not be routed: after a week it is news no more. */
const UNROUTED = 7 * DAY;

export const attention = new Hono<Door>().get("/v1/attention", requires("read"), async (c) => {
  const query = parseQuery(c, NO_QUERY);
  if (!query.ok) return query.failure.response;
  const { db, config, refusals, settlements, now: clock } = c.var.doors;
  const now = clock();
  const [ledger, refused, reports, receiver, money] = await Promise.all([
    askLedger(
      readAttention(db, {
        now,
        stuck_after: config.stuck_after,
        unrouted_from: now - UNROUTED,
        payments_from: now - SILENCE.oldest,
        payments_to: now - SILENCE.youngest,
      }),
    ),
    answerOf(c, "refusals", refusals.listRefusals()),
    answerOf(c, "settlements", readReports(settlements)),
    readReceiver(c),
    readMoneySwitch(c),
  ]);
  const shown = attentionJson({
    now,
    ledger,
    webhooks: judgeWebhooks(ledger.payments),
    webhook_url: `${publicUrl(config, c.req.url)}/webhooks/pinelabs`,
    refused: refused?.filter(({ at }) => at >= now - DAY) ?? null,
    reports,
    receiver,
    money,
  });
  return c.json(shown);
});
