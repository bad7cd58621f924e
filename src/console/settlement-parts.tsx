// What the pages about transfers share: how one stands, and whether it adds up.

import type { FC } from "hono/jsx";
import type { SettlementStatus } from "../domain/settlement-check";
import type { SettlementJson } from "../http/settlement-json";
import { Badge, Money } from "./parts";
import { SETTLEMENT_STATES } from "./settlement-words";

export const SettlementBadge: FC<{ readonly status: SettlementStatus }> = ({ status }) => (
  <Badge tone={SETTLEMENT_STATES[status].tone}>{SETTLEMENT_STATES[status].label}</Badge>
);

type Judged = Pick<SettlementJson, "status" | "holds" | "unexplained">;

/** A transfer whose lines nobody has read can not be judged. */
export const AddsUp: FC<{ readonly of: Judged }> = ({ of: { status, holds, unexplained } }) => {
  if (!holds) {
    const rest = unexplained !== null && unexplained.value !== 0;
    return (
      <span class="judged">
        <Badge tone="bad">Does not add up</Badge>
        {rest && (
          <span class="small soft">
            {" "}
            <Money amount={unexplained} /> not explained
          </span>
        )}
      </span>
    );
  }
  return status === "listed" ? (
    <Badge tone="plain">Not read yet</Badge>
  ) : (
    <Badge tone="good">Adds up</Badge>
  );
};
