// The choice between all of an amount and a part of it, as the forms for money ask for it, and what it comes to.

import type { FC } from "hono/jsx";
import { LEAST_AMOUNT } from "../domain/command-policy";
import { type Amount, type Paisa, paisa } from "../domain/money";
import { formatAmount } from "../domain/money-format";
import { success } from "../domain/result";
import { type AmountFault, parseTypedAmount } from "../domain/typed-amount";
import { Field } from "./parts";
import { type Faults, misread, type Read, type Typed } from "./typed";

export const AMOUNT_FIELDS = ["what", "amount"] as const;

interface Choice {
  /** What there is at most; null: nobody knows, and a part must be named. */
  readonly all: Amount | null;
  readonly most: Amount;
}

/** The amount that is meant. `most` is a limit of courtesy: what may really move the API decides. */
export function parseAmount(typed: Typed, { all, most }: Choice): Read<Amount> {
  if (typed["what"] === "all") {
    if (all === null) return misread({ what: "Nobody knows how much is left. Name the amount." });
    if ((typed["amount"] ?? "") !== "") {
      return misread({
        what: "You chose all of it and typed an amount: empty it, or choose a part.",
      });
    }
    if (all.value >= LEAST_AMOUNT) return success(all);
    const least = { code: "too_small", least: paisa(LEAST_AMOUNT) } as const;
    return misread({ what: tellAmountFault(least, all.currency) });
  }
  if (typed["what"] !== "part" && (typed["amount"] ?? "") === "") {
    return misread({ what: "Choose one of the two." });
  }
  const range = { least: paisa(LEAST_AMOUNT), most: most.value };
  const value = parseTypedAmount(typed["amount"] ?? "", range);
  return value.ok
    ? success({ value: value.value, currency: most.currency })
    : misread({ amount: tellAmountFault(value.failure, most.currency) });
}

export function tellAmountFault(fault: AmountFault, currency: string): string {
  const shown = (value: Paisa): string => formatAmount({ value, currency });
  switch (fault.code) {
    case "empty":
      return "Type an amount, for example 1,500.00.";
    case "negative":
      return "An amount can not be below zero.";
    case "too_small":
      return `The gateway moves ${shown(fault.least)} at least.`;
    case "too_large":
      return `That is more than there is: ${shown(fault.most)} at most.`;
    case "too_exact":
      return "Rupees have two digits after the point at most: 1500.50.";
    case "other_digits":
      return "Type the amount with the digits 0 to 9.";
    case "not_an_amount":
      return "This is not an amount. Type it like 1500, 1,500 or 1500.50.";
  }
}

export const AmountChoice: FC<
  Choice & {
    readonly legend: string;
    readonly allLabel: string;
    readonly partLabel: string;
    readonly typed: Typed;
    readonly faults: Faults;
  }
> = ({ legend, allLabel, partLabel, all, most, typed, faults }) => {
  const isPart = typed["what"] === "part" || (typed["amount"] ?? "") !== "";
  return (
    <fieldset aria-describedby={faults["what"] === undefined ? undefined : "what-fault"}>
      <legend>{legend}</legend>
      {all !== null && (
        <label class="check">
          <input type="radio" name="what" value="all" checked={typed["what"] === "all"} />
          <span>
            {allLabel}: {formatAmount(all)}
          </span>
        </label>
      )}
      <label class="check">
        <input type="radio" name="what" value="part" checked={isPart && typed["what"] !== "all"} />
        <span>{partLabel}</span>
      </label>
      {faults["what"] !== undefined && (
        <p class="fault" id="what-fault">
          {faults["what"]}
        </p>
      )}
      <Field
        name="amount"
        label={`Amount of the part, in ${most.currency === "INR" ? "rupees" : most.currency}`}
        help={`At most ${formatAmount(most)}.`}
        fault={faults["amount"]}
        input={(tied) => (
          <input
            {...tied}
            inputmode="decimal"
            autocomplete="off"
            maxlength={30}
            value={typed["amount"] ?? ""}
          />
        )}
      />
    </fieldset>
  );
};

export const ReasonField: FC<{
  readonly typed: Typed;
  readonly faults: Faults;
  readonly help: string;
  readonly required?: boolean;
}> = ({ typed, faults, help, required = false }) => (
  <Field
    name="reason"
    label={required ? "Reason" : "Reason (if you like)"}
    help={help}
    fault={faults["reason"]}
    input={(tied) => (
      <textarea {...tied} class="prose" rows={3} maxlength={500} dir="auto">
        {typed["reason"] ?? ""}
      </textarea>
    )}
  />
);

const REASON_MAX = 500;

/** A browser counts a line break as two, and so does the API: what is too long is said before it is sent. */
export function reasonFault(reason: string, required: boolean): Faults {
  if (required && reason === "") return { reason: "Say how you know: others will read it." };
  if (reason.length <= REASON_MAX) return {};
  return { reason: `Shorten it to ${REASON_MAX} characters; it has ${reason.length}.` };
}
