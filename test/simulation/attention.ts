// What waits for a person is what the orders say, counted: GET /v1/attention against the orders themselves.

import { isOpenStep } from "../../src/domain/checklist";
import type { OrderView } from "../../src/domain/order-view";
import { api } from "../actor/house";

interface Counted {
  readonly count: number;
}

interface Attention {
  readonly uncaptured: { readonly [left: string]: Counted };
  readonly fulfillment: Counted;
  readonly refunds: { readonly open: Counted };
  readonly orders: { readonly [code: string]: Counted };
  readonly discrepancies: { readonly [severity: string]: Counted };
  readonly messages: { readonly waiting: Counted };
}

export async function wrongInAttention(views: readonly OrderView[]): Promise<readonly string[]> {
  const { status, body } = await api<Attention>("GET", "/v1/attention");
  if (status !== 200) return [`what waits for a person is answered ${status}`];
  const codes = [...new Set(views.flatMap(({ attention }) => attention))].toSorted();
  const withStep = (step: string): number =>
    views.filter(({ checklist }) => checklist.some((one) => one.step === step && isOpenStep(one)))
      .length;
  const expected = {
    held: views.filter(({ authorized }) => authorized.value > 0).length,
    fulfill: withStep("fulfill"),
    waiting: 0,
    codes: codes.map(
      (code) => `${code} ${views.filter(({ attention }) => attention.includes(code)).length}`,
    ),
  };
  const said = {
    held: Object.values(body.uncaptured).reduce((sum, { count }) => sum + count, 0),
    fulfill: body.fulfillment.count,
    waiting: body.messages.waiting.count,
    codes: Object.entries(body.orders)
      .filter(([, { count }]) => count > 0)
      .map(([code, { count }]) => `${code} ${count}`)
      .toSorted(),
  };
  const [ours, theirs] = [JSON.stringify(expected), JSON.stringify(said)];
  return ours === theirs
    ? []
    : [`the orders come to ${ours}, and what waits for a person is ${theirs}`];
}
