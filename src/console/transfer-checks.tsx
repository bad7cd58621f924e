// What of a transfer adds up and what does not, in words: the failing ones first and in full.

import type { FC } from "hono/jsx";
import { inr } from "../domain/money";
import type { WholeSettlementJson } from "../http/settlement-json";
import { Money } from "./parts";
import { CHECKS } from "./settlement-words";

type Identity = WholeSettlementJson["identities"][number];

export const FailedChecks: FC<{ readonly identities: readonly Identity[] }> = ({ identities }) => {
  const failed = identities.filter(({ holds }) => holds === false);
  if (failed.length === 0) return null;
  return (
    <div class="notice bad">
      <p class="title">This transfer does not add up</p>
      <p>
        The gateway's own figures contradict each other. Compare them with your bank's statement:
        what arrived there is true. Then ask Pine Labs about the difference.
      </p>
      <ul>
        {failed.map((identity) => (
          <li>
            {CHECKS[identity.name].fails} <Sides identity={identity} />
          </li>
        ))}
      </ul>
    </div>
  );
};

export const AllChecks: FC<{ readonly identities: readonly Identity[] }> = ({ identities }) => (
  <details class="card">
    <summary>What was checked</summary>
    <ul class="bare rows">
      {identities.map((identity) => (
        <li>
          <strong>{verdictOf(identity)}</strong> {CHECKS[identity.name].holds}{" "}
          <span class="soft small">
            <Sides identity={identity} />
          </span>
        </li>
      ))}
    </ul>
  </details>
);

function verdictOf({ holds }: Identity): string {
  if (holds === null) return "Not told:";
  return holds ? "True:" : "Not true:";
}

const Sides: FC<{ readonly identity: Identity }> = ({ identity: { name, left, right } }) => {
  const words = CHECKS[name];
  return (
    <>
      {words.left}: <Side value={left} unit={words.unit} />
      {`; ${words.right.toLowerCase()}: `}
      <Side value={right} unit={words.unit} />.
    </>
  );
};

const Side: FC<{ readonly value: number | null; readonly unit: "money" | "lines" }> = ({
  value,
  unit,
}) => {
  if (value === null) return <>not said</>;
  return unit === "money" ? <Money amount={inr(value)} /> : <>{String(value)}</>;
};
