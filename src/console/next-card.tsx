// What to do next about an order, as the one prominent button of its page, and below it what else can be done
// and why the rest can not. Forms that move money are pages of their own: this leads there.

import type { Child, FC } from "hono/jsx";
import { amountInWords } from "../domain/amount-words";
import type { CommandView } from "../domain/command-view";
import type { Amount } from "../domain/money";
import { formatAmount } from "../domain/money-format";
import type { OrderView } from "../domain/order-view";
import { discrepancyWords } from "./discrepancy-words";
import { useHere } from "./here";
import { movesOf } from "./order-moves";
import { nextAction, type NextAction } from "./order-next";
import { orderPath, resolvePath } from "./order-path";
import { COMMANDS } from "./order-labels";
import { Facts, PostForm, Time } from "./parts";
import { partAddress } from "./refund-parts";

/** The one prominent button of the page, and below it what else can be done. */
export const NextCard: FC<{
  readonly order: OrderView;
  readonly commands: readonly CommandView[];
}> = ({ order, commands }) => {
  const { scopes, now } = useHere();
  const next = nextAction({ order, commands, scopes, now });
  const all = movesOf(order, commands, now).filter(({ scope }) => scopes.has(scope));
  const moves = all.filter(({ why_not, path }) => why_not === null && path !== pathOf(next));
  const others = all.filter(({ why_not }) => why_not !== null);
  return (
    <section
      id="next-card"
      class={`card next ${next === null ? "" : "todo"}`}
      aria-labelledby="next"
    >
      <h2 id="next">{next === null ? "Nothing is to be done now" : "Next"}</h2>
      {next !== null && <Next order={order} next={next} />}
      {moves.length > 0 && (
        <div class="row">
          {moves.map(({ label, path }) => (
            <a class="button quiet" href={orderPath(order.id, ...path.split("/"))}>
              {label}
            </a>
          ))}
        </div>
      )}
      {others.length > 0 && (
        <details>
          <summary>What can not be done now, and why</summary>
          <Facts rows={others.map(({ label, why_not }) => [label, why_not ?? ""])} />
        </details>
      )}
    </section>
  );
};

/** Where the prominent button leads: that is not offered twice. */
function pathOf(next: NextAction | null): string | null {
  if (next?.kind === "replace") return "link/replace";
  return next?.kind === "capture" || next?.kind === "refund" ? next.kind : null;
}

const Next: FC<{ readonly order: OrderView; readonly next: NextAction }> = ({ order, next }) => {
  const to = (...rest: readonly string[]): string => orderPath(order.id, ...rest);
  switch (next.kind) {
    case "capture":
      return (
        <Step
          text={
            <>
              {formatAmount(next.held)} is held
              {order.capture_by !== null && (
                <>
                  {" "}
                  until <Time at={order.capture_by} />
                </>
              )}
              .{TIME_LEFT[next.time]}
            </>
          }
        >
          <a class="button" href={to("capture")}>
            Capture the money
          </a>
        </Step>
      );
    case "decide": {
      const { kind, reference, amount } = next.command;
      return (
        <Step
          text={`Nobody can read whether the ${COMMANDS[kind].toLowerCase()} of ${formatAmount(amount)} was done. Look in the Pine Labs dashboard and say so here.`}
        >
          <a class="button" href={to("commands", kind, reference, "decide")}>
            Say what became of it
          </a>
        </Step>
      );
    }
    case "refund":
      return (
        <Step text={`${formatAmount(next.amount)} was paid too much (${inWords(next.amount)}).`}>
          <a class="button" href={partAddress(order, next.amount)}>
            Refund what is too much
          </a>
        </Step>
      );
    case "replace":
      return (
        <Step text="The link ended with a part of the money. Ask for the rest with a new link, or refund the part.">
          <a class="button" href={to("link", "replace")}>
            Ask for the rest
          </a>
        </Step>
      );
    case "resolve":
      return (
        <Step
          text={`Two records differ. ${discrepancyWords(next.discrepancy.type).label}: ${discrepancyWords(next.discrepancy.type).means}`}
        >
          <a class="button" href={resolvePath(order, next.discrepancy)}>
            Look at the discrepancy
          </a>
        </Step>
      );
    case "fulfill":
      return (
        <Step
          text={
            next.uncertain
              ? "Somebody was to deliver it and never said whether it was. Find out, then say so."
              : "The money is secured: deliver it, then say so."
          }
        >
          <TickForm order={order} step="fulfill" button="It is delivered" />
        </Step>
      );
    case "send_receipt":
      return (
        <Step text="The customer has no receipt yet.">
          <PostForm action={to("receipt")}>
            <button class="button">Send the receipt by e-mail</button>
          </PostForm>
        </Step>
      );
    case "confirm":
      return (
        <Step text="Tell the customer that the payment came, then say so.">
          <TickForm order={order} step="confirm" button="The customer knows" />
        </Step>
      );
    case "record":
      return (
        <Step text="Write the payment into your own system, then say so.">
          <TickForm order={order} step="record" button="It is recorded" />
        </Step>
      );
    case "refresh":
      return (
        <Step text="Nothing new was heard for a while: ask the gateway what became of it.">
          <PostForm action={to("refresh")}>
            <button class="button">Ask the gateway now</button>
          </PostForm>
        </Step>
      );
    case "share_link":
      return (
        <Step text="The customer has not paid yet. This is the link to send:">
          <p dir="auto">
            <a href={next.payment_link} rel="noreferrer">
              {next.payment_link}
            </a>
          </p>
          <button type="button" class="button" data-copy={next.payment_link} hidden>
            Copy the link
          </button>
        </Step>
      );
  }
};

const TIME_LEFT = {
  enough: "",
  nearly_over: " The time to take it is nearly over.",
  over: " By our reckoning that time is over: the gateway may still take it, or have let go of it.",
} as const;

const Step: FC<{ readonly text: Child; readonly children?: Child }> = ({ text, children }) => (
  <>
    <p>{text}</p>
    {children}
  </>
);

/** A tick of the checklist with its note, which is optional and kept with it. */
export const TickForm: FC<{
  readonly order: OrderView;
  readonly step: "record" | "confirm" | "fulfill";
  readonly button: string;
  /** Of its field: the same tick may stand twice on a page. */
  readonly name?: string;
  readonly quiet?: boolean;
}> = ({ order, step, button, name = step, quiet }) => (
  <PostForm action={orderPath(order.id, "steps", step)} class="tick">
    <label class="hidden" for={`note-${name}`}>
      Note to “{button}”, if you want one
    </label>
    <input
      id={`note-${name}`}
      name="note"
      maxlength={500}
      placeholder="Note, if you want one"
      autocomplete="off"
    />
    <button class={quiet === true ? "button quiet" : "button"}>{button}</button>
  </PostForm>
);

function inWords(amount: Amount): string {
  return amountInWords(amount)?.toLowerCase() ?? formatAmount(amount);
}
