// Discrepancies as rows of a table: what each is in plain words, whose it is, both sides.

import type { FC } from "hono/jsx";
import { inr } from "../domain/money";
import type { ListedDiscrepancy } from "../ledger/discrepancies";
import { pathWith } from "./api";
import { discrepancyWords, SEVERITY_WORDS } from "./discrepancy-words";
import { Badge, type Column, Money, Table, Time } from "./parts";
import { SideValue, Subject, Whose } from "./side";

export const RESOLVE = "/console/discrepancies/resolve";

const WHAT: Column<ListedDiscrepancy> = {
  label: "What",
  cell: (row) => {
    const words = discrepancyWords(row.type);
    return (
      <div class="wide">
        <a href={pathWith(RESOLVE, { id: row.id })}>{words.label}</a>{" "}
        <Badge tone={SEVERITY_WORDS[row.severity].tone}>{SEVERITY_WORDS[row.severity].label}</Badge>
        <p class="small soft">{words.means}</p>
      </div>
    );
  },
};

const WHOSE: Column<ListedDiscrepancy> = {
  label: "Whose",
  cell: (row) => (
    <div class="wide">
      <Whose row={row} />
      <Subject row={row} />
    </div>
  ),
};

const SIDES: Column<ListedDiscrepancy> = {
  label: "Both sides",
  cell: (row) => <BothSides row={row} />,
};

const AMOUNT: Column<ListedDiscrepancy> = {
  label: "Amount",
  figure: true,
  cell: ({ amount }) => <Money amount={amount === null ? null : inr(amount)} />,
};

const SINCE: Column<ListedDiscrepancy> = {
  label: "Since",
  cell: ({ first_seen_at, closed_at }) => (
    <div>
      <Time at={first_seen_at} far />
      {closed_at !== null && (
        <p>
          <Badge tone="plain">Closed</Badge>
        </p>
      )}
    </div>
  ),
};

/** `short`: on the page of the one whose they are. */
export const DiscrepancyTable: FC<{
  readonly caption: string;
  readonly rows: readonly ListedDiscrepancy[];
  readonly short?: boolean;
}> = ({ caption, rows, short }) => {
  const columns =
    short === true ? [WHAT, SIDES, AMOUNT, SINCE] : [WHAT, WHOSE, SIDES, AMOUNT, SINCE];
  return <Table caption={caption} columns={columns} rows={rows} />;
};

export const BothSides: FC<{ readonly row: ListedDiscrepancy }> = ({ row }) => {
  const words = discrepancyWords(row.type);
  return (
    <dl class="sides">
      <div>
        <dt>{words.ours}</dt>
        <dd>
          <SideValue value={row.ours} nothing="nothing" />
        </dd>
      </div>
      <div>
        <dt>{words.theirs}</dt>
        <dd>
          <SideValue value={row.theirs} nothing="nothing" />
        </dd>
      </div>
    </dl>
  );
};
