// Everybody around the settlement reader, in the test's hand: a gateway that shows a scripted account page
// by page, a ledger and orders that keep what they are given. They outlive the reader, as the real ones
// do, so that it can crash between any two of its questions.

import type { AccountFinding } from "../../src/domain/discrepancy";
import { mergeSettled, NOTHING_SETTLED, type Settled } from "../../src/domain/settled-line";
import { type Paisa, paisa } from "../../src/domain/money";
import { failure, type Result, success } from "../../src/domain/result";
import type { AttributedLine } from "../../src/domain/settlement-check";
import {
  BESIDE_KINDS,
  DEDUCTION_KINDS,
  type DetailPage,
  type ListPage,
  type ReportLine,
  type ReportRow,
  type ReportTotals,
  type UnreadableRow,
} from "../../src/domain/settlement-report";
import { dayOf } from "../../src/domain/report-days";
import type { Attribution, InquiryFailure } from "../../src/actor/rpc";
import type { DeskPorts, SettlementLedger } from "../../src/actor/settlement-desk";
import type { FinishedReading } from "../../src/ledger/settlement-store";
import type { DateRange, GatewayFailure } from "../../src/pinelabs/gateway";

const ZONE = "Asia/Kolkata";

export interface Scripted {
  readonly utr: string;
  readonly rows: readonly ReportRow[];
  readonly totals: ReportTotals;
  readonly lines: readonly ReportLine[];
}

/** A line of a payment: `gross` paisa, two in a hundred of it kept by the gateway. */
export function line(id: string, gross: number, change: Partial<ReportLine> = {}): ReportLine {
  const fee = Math.round(gross / 50);
  return {
    fingerprint: `${id}/${gross}/${JSON.stringify(change)}`,
    transaction_id: id,
    amount: paisa(gross),
    gross: paisa(gross),
    deductions: paisa(fee),
    net: paisa(gross - fee),
    processed_at: null,
    transaction_at: null,
    payout_status: "Success",
    utr: null,
    program: "UPI",
    system: "PG",
    acquirer: null,
    is_emi: false,
    ...change,
  };
}

/** A transfer of these lines, right in every identity unless `change` says otherwise. */
export function transfer(
  utr: string,
  settled_at: number | null,
  lines: readonly ReportLine[],
  change: { readonly row?: Partial<ReportRow>; readonly totals?: Partial<ReportTotals> } = {},
): Scripted {
  const total = (of: (one: ReportLine) => Paisa | null): Paisa =>
    paisa(lines.reduce((sum, one) => sum + (of(one) ?? 0), 0));
  const nothing = (kinds: readonly string[]) =>
    Object.fromEntries(kinds.map((kind) => [kind, paisa(0)]));
  const bank = { bank_name: "HDFC", bank_account: "••••9595", programs: ["UPI"] };
  const row: ReportRow = {
    fingerprint: "",
    utr,
    net: total((one) => one.net),
    gross: total((one) => one.gross),
    deductions: total((one) => one.deductions),
    transactions: lines.length,
    processed_at: settled_at,
    settled_at,
    ...bank,
    system: "PG",
    ...change.row,
  };
  const totals: ReportTotals = {
    utr,
    gross: total((one) => one.gross),
    transaction_amount: total((one) => one.gross),
    net: total((one) => one.net),
    transactions: lines.length,
    deductions: {
      ...(nothing(DEDUCTION_KINDS) as ReportTotals["deductions"]),
      mdr: total((one) => one.deductions),
    },
    beside: nothing(BESIDE_KINDS) as ReportTotals["beside"],
    ...bank,
    ...change.totals,
  };
  return { utr, rows: [{ ...row, fingerprint: JSON.stringify(row) }], totals, lines };
}

interface Order {
  readonly payments: readonly string[];
  readonly alias_of: string | null;
  settled: Settled;
}

type ListAnswer = Result<ListPage, GatewayFailure>;
type DetailAnswer = Result<DetailPage, GatewayFailure>;

export function unavailable(message = "HTTP 500"): {
  readonly ok: false;
  readonly failure: GatewayFailure;
} {
  return failure({ code: "gateway_unavailable", request_id: "r", message });
}

export function unauthorized(): { readonly ok: false; readonly failure: GatewayFailure } {
  const said = { gateway_code: "UNAUTHORIZED", message: "Who are you?" };
  return failure({ code: "gateway_unauthorized", request_id: "r", ...said });
}

/** A 404 in the gateway's own words; in a proxy's without a code. */
export function absent(gateway_code: string | null = "NOT_FOUND"): {
  readonly ok: false;
  readonly failure: GatewayFailure;
} {
  const said = { gateway_code, message: "There is none." };
  return failure({ code: "gateway_not_found", request_id: "r", ...said });
}

export function refused(message: string): { readonly ok: false; readonly failure: GatewayFailure } {
  return failure({
    code: "gateway_refused",
    request_id: "r",
    status: 422,
    gateway_code: "INVALID_REQUEST",
    message,
  });
}

export class World {
  account: readonly Scripted[] = [];
  rowsAPage = 2;
  /** Whether every list shows the transfers that have no date. */
  listsUndated = false;
  /** Rows of the list that could not be read, on its first page. */
  unreadable: readonly UnreadableRow[] = [];
  list: (honest: ListAnswer, range: DateRange, page: number) => ListAnswer = (honest) => honest;
  detail: (honest: DetailAnswer, utr: string, page: number) => DetailAnswer = (honest) => honest;
  /** Pages asked of the gateway, in order: "list 1", "UTR1 2". */
  readonly pages: string[] = [];
  /** Most pages asked at the same time. */
  atOnce = 0;
  #asking = 0;

  readonly orders = new Map<string, Order>();
  /** Homes as the ledger knows them, by transaction. */
  readonly homes = new Map<string, string>();
  readonly broken = new Set<string>();
  readonly failing = new Map<string, InquiryFailure>();
  readonly otherBusiness = new Set<string>();
  readonly asked: string[] = [];

  readonly finished = new Map<string, FinishedReading>();
  readonly lines = new Map<
    string,
    { readonly n: number; readonly read: number; readonly line: AttributedLine }
  >();
  readonly notes = new Set<string>();
  /** What is open of transfers that could not be read. */
  readonly unread = new Map<string, AccountFinding>();
  ledgerIs: "ok" | "throw" | "lost_answer" | "hang" = "ok";

  pausedUntil = 0;
  /** Awaited before each question and after its work: a place where the reader may crash. */
  point: ((name: string) => Promise<void>) | null = null;

  /** An order with these payments; the ledger knows them unless it is told not to. */
  addOrder(home: string, payments: readonly string[], known = true): void {
    this.orders.set(home, { payments, alias_of: null, settled: NOTHING_SETTLED });
    if (known) for (const id of payments) this.homes.set(id, home);
  }

  addAlias(name: string, of: string): void {
    this.orders.set(name, { payments: [], alias_of: of, settled: NOTHING_SETTLED });
  }

  /** Σ net that this order was told, over all transfers: counted twice it would be too much. */
  settledOf(home: string): number {
    const settled = Object.values(this.orders.get(home)?.settled ?? {});
    return settled.flatMap(({ lines }) => lines).reduce((sum, { net }) => sum + (net ?? 0), 0);
  }

  /** The fingerprints of a transfer's stored lines, in their order. */
  linesOf(utr: string): readonly string[] {
    const kept = [...this.lines].filter(([key]) => key.startsWith(`${utr} `));
    return kept.toSorted(([, a], [, b]) => a.n - b.n).map(([, { line }]) => line.fingerprint);
  }

  /** Everything that stays, as plain data. */
  stored(): unknown {
    const sorted = <T>(map: Iterable<readonly [string, T]>) =>
      [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return structuredClone({
      finished: sorted(this.finished),
      lines: sorted(this.lines),
      notes: [...this.notes].toSorted(),
      unread: sorted(this.unread),
      orders: sorted(
        [...this.orders].map(([home, { settled }]) => [home, sorted(Object.entries(settled))]),
      ),
    });
  }

  ports(): Partial<DeskPorts> {
    return {
      gateway: () => ({
        listSettlements: (range, page) =>
          this.#page(`list ${page}`, () => this.list(this.#list(range, page), range, page)),
        getSettlement: (utr, page) =>
          this.#page(`${utr} ${page}`, () => this.detail(this.#detail(utr, page), utr, page)),
      }),
      peer: (home) => ({
        settle: (given) => this.#at(`settle ${home}`, () => this.#settle(home, given)),
      }),
      silence: {
        pausedUntil: async () => this.pausedUntil,
        pauseUntil: async (moment) => {
          this.pausedUntil = moment;
        },
      },
      ledger: this.#ledger(),
    };
  }

  async #at<T>(name: string, work: () => T): Promise<T> {
    await this.point?.(`before ${name}`);
    const done = work();
    await this.point?.(`after ${name}`);
    return structuredClone(done);
  }

  async #page<T>(name: string, work: () => T): Promise<T> {
    this.#asking += 1;
    this.atOnce = Math.max(this.atOnce, this.#asking);
    this.pages.push(name);
    try {
      return await this.#at(name, work);
    } finally {
      this.#asking -= 1;
    }
  }

  #list({ from, to }: DateRange, page: number): ListAnswer {
    const rows = this.account
      .flatMap((one) => one.rows)
      .filter(({ settled_at, processed_at }) => {
        const at = settled_at ?? processed_at;
        if (at === null) return this.listsUndated;
        const day = dayOf(at, ZONE);
        return from <= day && day <= to;
      })
      .toSorted((a, b) => (b.settled_at ?? 0) - (a.settled_at ?? 0));
    return success({
      rows: this.#slice(rows, page),
      unreadable: page === 1 ? this.unreadable : [],
      count: rows.length + this.unreadable.length,
      total_pages: Math.ceil(rows.length / this.rowsAPage),
    });
  }

  #detail(utr: string, page: number): DetailAnswer {
    const found = this.account.find((one) => one.utr === utr);
    if (!found) return absent();
    const total_pages = Math.ceil(found.lines.length / this.rowsAPage);
    const lines = this.#slice(found.lines, page);
    return success({ totals: found.totals, lines, unreadable: [], total_pages });
  }

  #slice<T>(all: readonly T[], page: number): readonly T[] {
    return all.slice((page - 1) * this.rowsAPage, page * this.rowsAPage);
  }

  #settle(home: string, given: Parameters<ReturnType<DeskPorts["peer"]>["settle"]>[0]) {
    this.asked.push(home);
    const failing = this.failing.get(home);
    if (this.broken.has(home)) throw new Error("planted: a bug in this order");
    if (failing) return { kind: "found", value: failure(failing) } as const;
    const order = this.orders.get(home);
    if (!order) return { kind: "absent" } as const;
    if (order.alias_of !== null) return { kind: "alias", home: order.alias_of } as const;
    order.settled = mergeSettled(order.settled, given);
    const said = given.flatMap(({ utr, transaction_id, lines }) =>
      lines.map((one): Attribution => {
        const mine = order.payments.includes(transaction_id);
        return {
          utr,
          transaction_id,
          fingerprint: one.fingerprint,
          role: mine ? "payment" : "unknown",
          home,
          order_id: mine ? home : null,
          payment_id: mine ? transaction_id : null,
          ours: !this.otherBusiness.has(home),
        };
      }),
    );
    return { kind: "found", value: success(said) } as const;
  }

  #ledger(): SettlementLedger {
    const { finished, lines } = this;
    const ask = async <T>(name: string, work: () => T): Promise<T> =>
      this.#at(name, () => {
        if (this.ledgerIs === "throw") throw new Error("D1_ERROR: planted");
        const done = work();
        if (this.ledgerIs === "lost_answer") throw new Error("Network connection lost");
        return done;
      });
    return {
      findStored: (utrs) =>
        ask("findStored", () => {
          const known = utrs.flatMap((utr) => finished.get(utr) ?? []);
          return new Map(
            known.map(({ read, reading, check }) => [
              reading.utr,
              {
                utr: reading.utr,
                rows: reading.rows.map(({ fingerprint }) => fingerprint).toSorted(),
                listed: reading.rows,
                read,
                unfinished: check.unfinished,
              },
            ]),
          );
        }),
      storedBetween: ({ from, before }, after, limit) =>
        ask("storedBetween", () => {
          const places = [...finished].flatMap(([utr, { reading, check, read }]) => {
            const at = check.settled_at ?? check.processed_at ?? reading.read_at;
            return reading.rows.length === 0 ? [] : [{ utr, at, net: check.net, read }];
          });
          const isAfter = (at: number, utr: string): boolean =>
            after === null || at > after.at || (at === after.at && utr > after.utr);
          return places
            .filter(({ at, utr }) => from <= at && at < before && isAfter(at, utr))
            .toSorted((a, b) => a.at - b.at || (a.utr < b.utr ? -1 : 1))
            .slice(0, limit);
        }),
      findTransactionHomes: (ids) =>
        ask("findTransactionHomes", () => {
          const known = ids.map((id) => [id, this.homes.get(id)] as const);
          return new Map(known.flatMap(([id, home]) => (home === undefined ? [] : [[id, home]])));
        }),
      writeLines: async ({ utr, read, first }, given) => {
        if (this.ledgerIs === "hang") return new Promise(() => {});
        return ask("writeLines", () => {
          for (const [place, one] of given.entries()) {
            const key = `${utr} ${one.fingerprint}`;
            if ((lines.get(key)?.read ?? 0) > read) continue;
            lines.set(key, { n: first + place, read, line: one });
          }
        });
      },
      finishReading: (one) =>
        ask("finishReading", () => {
          const { utr } = one.reading;
          if ((finished.get(utr)?.read ?? 0) > one.read) return;
          finished.set(utr, one);
          this.unread.delete(utr);
          for (const [key, { read }] of lines) {
            if (key.startsWith(`${utr} `) && read < one.read) lines.delete(key);
          }
        }),
      putAside: ({ tried, reading, check, unread }) =>
        ask("putAside", () => {
          const { utr } = reading;
          const { read } = finished.get(utr) ?? { read: 0 };
          const findings = [...check.findings, unread];
          if (read === 0) finished.set(utr, { read: 0, reading, check, findings });
          if (read < tried) this.unread.set(utr, unread);
        }),
      noteUnreadable: (rows) =>
        ask("noteUnreadable", () => {
          for (const { fingerprint } of rows) this.notes.add(fingerprint);
        }),
      unlistedRefunds: () => ask("unlistedRefunds", () => []),
    };
  }
}
