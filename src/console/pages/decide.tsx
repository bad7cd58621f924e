// A person decides about a command whose outcome nobody can read: what is known of it, what each decision means,
// and the question once more.

import { shorten } from "../short";
import type { FC } from "hono/jsx";
import { type CommandKind, type Decision, DECISIONS } from "../../domain/command";
import type { CommandView } from "../../domain/command-view";
import type { OrderView } from "../../domain/order-view";
import { success } from "../../domain/result";
import { type Action, actionPages } from "../action";
import { reasonFault, ReasonField } from "../amount-field";
import { type ApiProblem, pathTo } from "../api";
import { NAMES } from "../command-outcome";
import { OUTCOMES } from "../outcome-words";
import { addressOf, AmountTwice, nameOf } from "../order-words";
import { Badge, Facts, Time } from "../parts";
import { type Seen, writeSeen } from "../seen";
import { misread } from "../typed";

interface Undecided {
  readonly order: OrderView;
  readonly command: CommandView;
}

interface Verdict {
  readonly decision: Decision;
  readonly reason: string;
}

const LABELS: {
  readonly [decision in Decision]: { readonly label: string; readonly effect: string };
} = {
  done: {
    label: "It was done",
    effect:
      "It counts as done from now on. If the gateway did not do it after all, the money is where it was and nobody looks for it again.",
  },
  not_done: {
    label: "It was not done",
    effect:
      "Its amount is free again. If it was done after all, the next one moves the money twice.",
  },
  send_again: {
    label: "Send it again",
    effect:
      "The same request goes to the gateway once more, under the same reference. If the gateway did it already and does not know the reference again, this may move the money twice.",
  },
};

const action: Action<Undecided, Verdict> = {
  path: "/console/orders/:id/commands/:kind/:reference/decide",
  section: "orders",
  scope: (c) => (c.req.param("kind") === "refund" ? "refund" : "capture"),
  prefix: "dc",
  fields: ["decision", "reason"],
  read: async (c) => {
    const id = c.req.param("id") ?? "";
    const kind = c.req.param("kind") ?? "";
    const reference = c.req.param("reference") ?? "";
    const order = await c.var.api.get<OrderView>(`/v1${pathTo("orders", id)}`);
    if (!order.ok) return order;
    const path = `/v1${pathTo("orders", id, "commands", kind, reference)}`;
    const command = await c.var.api.get<CommandView>(path);
    return command.ok ? success({ order: order.value, command: command.value }) : command;
  },
  title: ({ order, command }) =>
    `Decide about a ${NAMES[command.kind]} of ${shorten(nameOf(order))}`,
  back: ({ order }) => ({ href: addressOf(order), label: "Back to the order" }),
  obstacle: ({ command }) => {
    if (command.outcome === "needs_decision") return null;
    if (command.outcome === "unknown" || command.outcome === "in_flight") {
      return (
        <p>
          Nobody has to decide yet: Chukta is still asking the gateway by itself
          {command.next_reading_at === null ? null : (
            <>
              , next <Time at={command.next_reading_at} far />
            </>
          )}
          . A decision is asked for 15 minutes after the request, if the gateway can not tell.
        </p>
      );
    }
    return (
      <p>
        There is nothing to decide: {OUTCOMES[command.outcome].label.toLowerCase()}
        {command.decision === null ? "." : `, as ${command.decision.by} decided.`}
      </p>
    );
  },
  seen: seenOf,
  parse: (typed) => {
    const decision = DECISIONS.find((one) => one === typed["decision"]);
    const reason = typed["reason"] ?? "";
    const faults = {
      ...(decision === undefined ? { decision: "Choose what became of it." } : {}),
      ...reasonFault(reason, true),
    };
    if (decision === undefined || Object.keys(faults).length > 0) return misread(faults);
    return success({ decision, reason });
  },
  Fields: ({ now: { command }, typed, faults }) => (
    <>
      <Known command={command} />
      <p>
        The gateway gave no answer that tells, and reading it did not either. Look in the Pine Labs
        dashboard for the reference above, then say what you found.
      </p>
      <fieldset aria-describedby={faults["decision"] === undefined ? undefined : "decision-fault"}>
        <legend>What became of it</legend>
        {DECISIONS.map((decision) => (
          <label class="check">
            <input
              type="radio"
              name="decision"
              value={decision}
              checked={typed["decision"] === decision}
            />
            <span>
              {LABELS[decision].label}
              <br />
              <span class="help">{LABELS[decision].effect}</span>
            </span>
          </label>
        ))}
        {faults["decision"] !== undefined && (
          <p class="fault" id="decision-fault">
            {faults["decision"]}
          </p>
        )}
      </fieldset>
      <ReasonField
        typed={typed}
        faults={faults}
        required
        help="How you know, for example what the dashboard shows. Kept with the order."
      />
    </>
  ),
  Question: ({ now: { command }, wish }) => (
    <>
      <Facts
        rows={[
          ["You say", <strong>{LABELS[wish.decision].label}</strong>],
          ["Reason", <span dir="auto">{wish.reason}</span>],
        ]}
      />
      <Known command={command} />
      <p class="notice wait">{LABELS[wish.decision].effect}</p>
      <p>
        Nobody can take this back.
        {wish.decision === "done"
          ? ""
          : " The gateway is asked once more first; what it shows then stands."}
      </p>
    </>
  ),
  confirm: ({ decision }) =>
    decision === "send_again"
      ? "Send it again now"
      : `Decide: ${LABELS[decision].label.toLowerCase()}`,
  // A decision has no reference of its own: it is made once, and a repeat finds nothing left to decide. What was
  // sent again and is not known once more is another question, although the last answer to it was the same.
  used: async (_c, now, { typed, seen }) =>
    seen !== writeSeen(seenOf(now)) && isDecided(now.command, typed["decision"], typed["reason"])
      ? success({ href: addressOf(now.order, "decided") })
      : null,
  perform: async (c, { order, command }, wish) => {
    const { kind, reference } = command;
    const path = `/v1${pathTo("orders", order.id, "commands", kind, reference, "decision")}`;
    const sent = await c.var.api.send<CommandView>("POST", path, {
      decision: wish.decision,
      reason: wish.reason,
    });
    if (sent.ok) return success({ href: addressOf(order, wordOf(sent.value)) });
    // Two presses at once: the other one decided.
    const now = decidedIn(sent.failure);
    const isOurs = now !== null && isDecided(now, wish.decision, wish.reason);
    return isOurs ? success({ href: addressOf(order, "decided") }) : sent;
  },
};

export const decide = actionPages(action);

function seenOf({ command }: Undecided): Seen {
  return [
    ["State", OUTCOMES[command.outcome].label],
    ["Times sent", String(command.sends)],
  ];
}

/** What was sent again has an outcome of its own by now. */
function wordOf(command: CommandView): string {
  return command.outcome === "unknown" || command.outcome === "in_flight"
    ? "money_unknown"
    : "decided";
}

function isDecided(
  { decision }: CommandView,
  word: string | undefined,
  reason: string | undefined,
): boolean {
  return decision !== null && decision.decision === word && decision.reason === reason;
}

function decidedIn(problem: ApiProblem): CommandView | null {
  // As command-problem.ts writes it.
  return problem.code === "decision_not_needed" ? (problem["command"] as CommandView) : null;
}

const KIND_LABELS: { readonly [kind in CommandKind]: string } = {
  refund: "Refund",
  capture: "Capture",
  void: "Release",
};

const Known: FC<{ readonly command: CommandView }> = ({ command }) => (
  <Facts
    rows={[
      [KIND_LABELS[command.kind], <AmountTwice amount={command.amount} />],
      ["Reference", <code>{command.reference}</code>],
      [
        "State",
        <Badge tone={OUTCOMES[command.outcome].tone}>{OUTCOMES[command.outcome].label}</Badge>,
      ],
      ["Asked for by", <span dir="auto">{command.requested_by}</span>],
      ["Asked for", <Time at={command.requested_at} />],
      ["Times sent", String(command.sends)],
      command.trouble === null
        ? null
        : ["What went wrong", <span dir="auto">{command.trouble}</span>],
      command.next_reading_at === null
        ? null
        : ["The gateway is asked again", <Time at={command.next_reading_at} far />],
    ]}
  />
);
