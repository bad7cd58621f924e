// Finds the trouble of a month in nothing but what the gateway shows: its orders, its reports and
// its webhooks. It knows the rules of settlement and not what was planted, so that the list of
// what was planted can be held against it. Paisa throughout.

interface Money {
  readonly value: number;
}

interface WirePayment {
  readonly id: string;
  readonly parent_payment_id?: string;
  readonly status: string;
  readonly payment_amount: Money;
  readonly acquirer_data?: { readonly is_aggregator: boolean };
  readonly capture_data?: readonly { readonly capture_amount: Money }[];
  readonly updated_at: string;
}

interface WireOrder {
  readonly order_id: string;
  readonly parent_order_id?: string;
  readonly type: string;
  readonly order_amount: Money;
  readonly payments: readonly WirePayment[];
  readonly updated_at: string;
}

interface WireLine {
  readonly transaction_id: string;
  readonly transaction_amount: number;
  readonly actual_transaction_amount: number;
  readonly total_deduction_amount: number;
  readonly settled_amount: number;
  readonly utr_number: string;
}

export interface WireReport {
  readonly utr: string;
  readonly rows: readonly Readonly<Record<string, number | string>>[];
  readonly totals: Readonly<Record<string, number>>;
  readonly lines: readonly WireLine[];
}

export interface Books {
  readonly orders: readonly WireOrder[];
  readonly reports: readonly WireReport[];
  /** The bodies of all webhooks. */
  readonly webhooks: readonly string[];
  /** The last day of the month, `2026-11-21`. */
  readonly last_day: string;
}

export interface Finding {
  readonly type: string;
  readonly payment_id: string | null;
  readonly utr: string | null;
  readonly amount: number;
}

const day_ms = 86_400_000;

export function paisa(rupees: unknown): number {
  return Math.round(Number(rupees) * 100);
}

/** `2026-11-21` in India. */
function indianDay(time: string): string {
  return new Date(Date.parse(time) + 19_800_000).toISOString().slice(0, 10);
}

function nextBankDay(day: string): string {
  const next = new Date(Date.parse(day) + day_ms);
  const text = next.toISOString().slice(0, 10);
  const saturday = next.getUTCDay() === 6 && [2, 4].includes(Math.ceil(next.getUTCDate() / 7));
  return next.getUTCDay() === 0 || saturday ? nextBankDay(text) : text;
}

function capturedOf(payment: WirePayment): number {
  if (payment.status !== "PROCESSED") return 0;
  const captures = payment.capture_data?.map(({ capture_amount }) => capture_amount.value);
  return captures ? captures.reduce((sum, value) => sum + value, 0) : payment.payment_amount.value;
}

/** What the three sides of one transfer say that does not fit together. */
function auditTransfer({ utr, rows, totals, lines }: WireReport): Finding[] {
  const of = (name: string): number => paisa(totals[name]);
  const net = of("total_settled_amount");
  const deducted =
    of("total_refund") +
    of("total_chargeback_recovery_amount") +
    of("total_loan_recovery_amount") +
    of("total_mdr_amount") +
    of("total_gst_amount");
  const listed = rows.reduce((sum, row) => sum + paisa(row["total_amount"]), 0);
  const settled = lines.reduce((sum, line) => sum + paisa(line.settled_amount), 0);
  const loan = of("total_loan_recovery_amount");
  const found: Finding[] = [];
  const say = (type: string, amount: number): void => {
    if (amount !== 0) found.push({ type, payment_id: null, utr, amount });
  };
  say("total_differs", net - listed);
  say("lines_differ", settled - net - loan);
  say("loan_recovery", loan);
  const [lost] = lines.filter(
    (line) =>
      paisa(line.actual_transaction_amount) - paisa(line.total_deduction_amount) !==
      paisa(line.settled_amount),
  );
  const unexplained = of("actual_transaction_amount") - deducted - net;
  if (unexplained !== 0) {
    const payment_id = lost?.transaction_id ?? null;
    found.push({ type: "fee_unexplained", payment_id, utr, amount: unexplained });
  }
  return found;
}

function auditPayment(payment: WirePayment, lines: readonly WireLine[], due: boolean): Finding[] {
  const captured = capturedOf(payment);
  const found: Finding[] = [];
  const say = (type: string, amount: number, line?: WireLine): void => {
    found.push({ type, payment_id: payment.id, utr: line?.utr_number ?? null, amount });
  };
  const amounts = lines.map((line) => paisa(line.actual_transaction_amount));
  const positive = lines.filter((_, index) => (amounts[index] ?? 0) > 0);
  const gross = amounts.filter((amount) => amount > 0).reduce((sum, amount) => sum + amount, 0);
  const last = positive.at(-1);
  if (captured === 0 && gross > 0) say("settled_but_not_paid", gross, last);
  else if (gross > captured) say("settled_twice", gross - captured, last);
  else if (gross === 0 && captured > 0 && due) say("settlement_missing", captured);
  else if (gross > 0 && gross < captured) say("amount_differs", captured - gross, last);
  for (const line of lines.filter((one) => one.actual_transaction_amount < 0)) {
    say("chargeback", -paisa(line.actual_transaction_amount), line);
  }
  return found;
}

/** Everything that is wrong, or remarkable, in any order. */
export function audit({ orders, reports, webhooks, last_day }: Books): Finding[] {
  const lines = new Map<string, WireLine[]>();
  for (const line of reports.toReversed().flatMap((report) => report.lines)) {
    lines.set(line.transaction_id, [...(lines.get(line.transaction_id) ?? []), line]);
  }
  const linesOf = (payment: WirePayment): WireLine[] => lines.get(payment.id) ?? [];
  const isDue = (time: string): boolean => nextBankDay(indianDay(time)) <= last_day;
  const charges = orders.filter((order) => order.type === "CHARGE");
  const payments = charges.flatMap((order) => order.payments);
  const ours = payments.filter((payment) => payment.acquirer_data?.is_aggregator !== false);
  const found = ours.flatMap((payment) =>
    auditPayment(payment, linesOf(payment), isDue(payment.updated_at)),
  );
  const settledDay = new Map(
    reports.map(({ utr, rows }) => [utr, String(rows[0]?.["settled_date"]).slice(0, 10)]),
  );
  for (const refund of orders.filter((order) => order.type === "REFUND")) {
    for (const payment of refund.payments) {
      if (linesOf(payment).length > 0 || !isDue(payment.updated_at)) continue;
      const [line] = lines.get(payment.parent_payment_id ?? "") ?? [];
      const settled = settledDay.get(line?.utr_number ?? "") ?? "";
      const after = line !== undefined && settled > indianDay(payment.updated_at);
      const whole = paisa(line?.actual_transaction_amount) === payment.payment_amount.value;
      found.push({
        type: after && whole ? "settled_after_refund" : "refund_not_deducted",
        payment_id: after && whole ? (payment.parent_payment_id ?? null) : payment.id,
        utr: after && whole ? line.utr_number : null,
        amount: payment.payment_amount.value,
      });
    }
  }
  const known = new Set(orders.flatMap((order) => order.payments.map((payment) => payment.id)));
  for (const [payment_id, [line]] of lines) {
    if (known.has(payment_id) || !line) continue;
    const amount = paisa(line.actual_transaction_amount);
    found.push({ type: "unknown_payment", payment_id, utr: line.utr_number, amount });
  }
  const told = new Set(webhooks.flatMap((body) => body.match(/v1-\d{12}-aa-\w{6}/g) ?? []));
  for (const { order_id, payments: tried } of charges) {
    const [paid] = tried.filter((payment) => capturedOf(payment) > 0);
    if (!paid || told.has(order_id)) continue;
    const utr = linesOf(paid)[0]?.utr_number ?? null;
    found.push({ type: "missed", payment_id: paid.id, utr, amount: capturedOf(paid) });
  }
  return [...found, ...reports.flatMap(auditTransfer)];
}
