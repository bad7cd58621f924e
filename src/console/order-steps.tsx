// The checklist of an order: each step with its state, since when, by whom and why, and a small form where a
// person may say that it is done. What follows from facts has no form: nobody can say it.

import type { FC } from "hono/jsx";
import type { StepView } from "../domain/checklist";
import type { OrderView } from "../domain/order-view";
import { isSaidStep } from "../domain/tick";
import { useMay } from "./here";
import { TickForm } from "./next-card";
import { doerLabel } from "./order-labels";
import { Badge, Time } from "./parts";
import { Sentence } from "./sentence";
import { STEP_LABELS, STEP_STATES } from "./words";

export const Checklist: FC<{ readonly order: OrderView }> = ({ order }) => (
  <section class="card" aria-labelledby="checklist">
    <h2 id="checklist">Checklist</h2>
    {order.checklist.length === 0 ? (
      <p class="soft">
        This order came without a link of yours: it is followed, but not checked off.
      </p>
    ) : (
      <ol class="steps">
        {order.checklist.map((step) => (
          <Step order={order} step={step} />
        ))}
      </ol>
    )}
  </section>
);

const Step: FC<{ readonly order: OrderView; readonly step: StepView }> = ({ order, step }) => {
  const { label, tone } = STEP_STATES[step.state];
  const isIdle = step.state === "not_applicable";
  return (
    <li id={`step-${step.step}`} class={isIdle ? "idle" : undefined}>
      <div class="row apart">
        <h3>{STEP_LABELS[step.step]}</h3>
        <Badge tone={tone}>{label}</Badge>
      </div>
      <p class={isIdle ? "soft small" : undefined}>
        <Sentence text={step.detail} />
      </p>
      {!isIdle && (step.at !== null || step.by !== null) && (
        <p class="soft small">
          {step.at !== null && (
            <>
              Since <Time at={step.at} />
            </>
          )}
          {step.by !== null && (
            <span dir="auto">
              {step.at === null ? "By" : ", by"} {doerLabel(step.by)}
            </span>
          )}
        </p>
      )}
      <Say order={order} step={step} />
    </li>
  );
};

const SAYS = {
  record: "It is recorded",
  confirm: "The customer knows",
  fulfill: "It is delivered",
} as const;

const Say: FC<{ readonly order: OrderView; readonly step: StepView }> = ({
  order,
  step: { step, state },
}) => {
  const may = useMay("fulfill");
  // While somebody holds it, only who holds it says how it ended.
  const isHeld = step === "fulfill" && order.fulfillment.state === "claimed";
  const isOpen = state === "todo" || state === "blocked" || (state === "doing" && !isHeld);
  if (!may || !isSaidStep(step) || !isOpen) return null;
  return (
    <details>
      <summary>Say that it is done</summary>
      <TickForm order={order} step={step} button={SAYS[step]} name={`${step}-list`} quiet />
    </details>
  );
};
