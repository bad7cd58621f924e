// That money is stopped, said loudly wherever somebody might wonder why nothing moves.

import type { FC } from "hono/jsx";
import type { MoneySwitchView } from "../domain/money-switch";
import { Time } from "./parts";

/** Null: who keeps the switch gave no answer, and then no money moves either. */
export const MoneyStopped: FC<{
  readonly money: MoneySwitchView | null;
  /** It stands on the switch's own page. */
  readonly here?: boolean;
}> = ({ money, here }) => {
  if (money?.stopped === false) return null;
  return (
    <div class="notice bad" role="alert">
      <p class="title">{money === null ? "No money moves at the moment" : "Money is stopped"}</p>
      {money === null ? (
        <p>Who keeps the money switch gives no answer. Try again in a moment.</p>
      ) : (
        <>
          <p>
            Refunds, captures and voids are refused since <Time at={money.since} />, by{" "}
            {money.by ?? "nobody known"}.
          </p>
          {money.reason !== null && <p dir="auto">Reason: {money.reason}</p>}
        </>
      )}
      {here !== true && (
        <p>
          <a href="/console/settings/money">Go to the money switch</a>
        </p>
      )}
    </div>
  );
};
