// The two forms above the list of orders: one box for whatever one has in hand, and the filters. Both only
// ask (GET); the address holds all of it.

import type { Child, FC } from "hono/jsx";
import { ATTENTION_CODES } from "../domain/attention";
import { STEPS } from "../domain/checklist";
import { STAGES as ALL_STAGES } from "../domain/stage";
import { type Asked, type Faults, type Filter, isFiltered } from "./orders-asked";
import { Field } from "./parts";
import { ATTENTIONS, SORTS, STAGES, STEP_LABELS } from "./words";

/** As long as GET /v1/search takes it. */
export const LONGEST_SEARCH = 200;

export const SearchBox: FC<{ readonly q: string }> = ({ q }) => (
  <form class="card" role="search" action="/console/orders" method="get" aria-label="Search orders">
    <Field
      name="q"
      label="Find an order"
      help="Order id, reference, link, payment, RRN or UTR, refund reference, the customer's e-mail or phone, or the last four digits of the card with the amount: 4242 1500"
      input={(tied) => (
        <span class="asks">
          <input {...tied} type="search" value={q} maxlength={LONGEST_SEARCH} autocomplete="off" />
          <button>Find</button>
        </span>
      )}
    />
  </form>
);

type Option = readonly [value: string, label: string];

const STAGE_OPTIONS: readonly Option[] = [
  ["", "Every stage"],
  ...ALL_STAGES.map((stage): Option => [stage, STAGES[stage].label]),
];

const STEP_OPTIONS: readonly Option[] = [
  ["", "Any"],
  ...STEPS.map((step): Option => [step, STEP_LABELS[step]]),
];

const ATTENTION_OPTIONS: readonly Option[] = [
  ["", "With or without"],
  ["any", "Anything to look at"],
  ...ATTENTION_CODES.map((code): Option => [code, ATTENTIONS[code].label]),
];

const SORT_OPTIONS: readonly Option[] = Object.entries(SORTS);

export const FilterForm: FC<{ readonly asked: Asked; readonly faults: Faults }> = ({
  asked,
  faults,
}) => {
  const open = isFiltered(asked) || !["", "created_desc"].includes(asked.sort);
  const one = (filter: Filter, label: string, input: (tied: object) => Child, help?: string) => (
    <Field name={filter} label={label} help={help} fault={faults[filter]} input={input} />
  );
  const choice = (filter: Filter, label: string, options: readonly Option[]) =>
    one(filter, label, (tied) => (
      <select {...tied}>
        {options.map(([value, text]) => (
          <option value={value} selected={value === asked[filter]}>
            {text}
          </option>
        ))}
      </select>
    ));
  const typed = (filter: Filter, label: string, attributes: object) =>
    one(filter, label, (tied) => <input {...tied} {...attributes} value={asked[filter]} />);
  return (
    <details class="card filtering" open={open}>
      <summary>Filter and sort</summary>
      <form class="stack" action="/console/orders" method="get">
        <div class="filters">
          {choice("stage", "Stage", STAGE_OPTIONS)}
          {choice("needs", "Open step", STEP_OPTIONS)}
          {choice("attention", "Needs attention", ATTENTION_OPTIONS)}
          {choice("sort", "Sort", SORT_OPTIONS)}
          {typed("from", "Created from", { type: "date" })}
          {typed("to", "Created up to", { type: "date" })}
          {typed("amount", "Amount ₹, or from", { inputmode: "decimal", maxlength: 20 })}
          {typed("amount_to", "Amount up to ₹", { inputmode: "decimal", maxlength: 20 })}
        </div>
        <div class="row">
          <button>Show these orders</button>
          {open && <a href="/console/orders">Show all orders</a>}
        </div>
      </form>
    </details>
  );
};
