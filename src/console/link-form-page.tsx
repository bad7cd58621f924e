// How the form of a new payment link looks, empty and after a try that was refused: nothing that was typed is
// lost, and every fault stands beside its field.

import type { FC } from "hono/jsx";
import { pathWith, type ApiProblem } from "./api";
import { Trouble } from "./failure";
import { useHere } from "./here";
import { type LinkFaults, type LinkField, REMINDERS, type TypedLink } from "./link-form";
import { Field, PostForm } from "./parts";

export interface LinkFormShown {
  readonly typed: TypedLink;
  readonly faults: LinkFaults;
  /** What the API or the gateway said; null: the form itself was refused, or is new. */
  readonly problem: ApiProblem | null;
}

export const LinkForm: FC<LinkFormShown> = ({ typed: { text, reminders }, faults, problem }) => {
  const { zone } = useHere();
  const of = (name: LinkField) => ({ name, fault: faults[name] });
  return (
    <>
      <LinkTrouble problem={problem} faults={faults} reference={text.reference} />
      <PostForm action="/console/links/new" class="card link-form">
        <Field
          {...of("amount")}
          label="Amount in rupees"
          help="Such as 1500, 1,500 or 1500.50. From ₹1.00 to ₹10,00,000.00."
          input={(tied) => (
            <input {...tied} value={text.amount} inputmode="decimal" autocomplete="off" required />
          )}
        />
        <Field
          {...of("description")}
          label="What it is for"
          help="The customer sees it on the payment page. May stay empty."
          input={(tied) => (
            <input
              {...tied}
              value={text.description}
              dir="auto"
              maxlength={1_000}
              autocomplete="off"
            />
          )}
        />
        <Field
          {...of("phone")}
          label="Customer's phone"
          help="Ten digits; of another country with its code and a space: +44 7700900123."
          input={(tied) => (
            <input {...tied} value={text.phone} type="tel" autocomplete="off" maxlength={40} />
          )}
        />
        <Field
          {...of("email")}
          label="Customer's e-mail"
          help="A phone number or an e-mail address is needed; both are better."
          input={(tied) => (
            <input
              {...tied}
              value={text.email}
              inputmode="email"
              autocomplete="off"
              maxlength={254}
            />
          )}
        />
        <Field
          {...of("expire_by")}
          label="The link ends"
          help={`By the clock of ${zone}. Empty: the gateway's own time.`}
          input={(tied) => <input {...tied} value={text.expire_by} type="datetime-local" />}
        />
        <Field
          {...of("reference")}
          label="Your reference"
          help="Finds the order again. The same reference never makes a second link."
          input={(tied) => (
            <input
              {...tied}
              value={text.reference}
              autocomplete="off"
              spellcheck={false}
              required
            />
          )}
        />
        <fieldset>
          <legend>How it may be paid</legend>
          <Tick name="part_payment" word="on" on={text.part_payment !== ""}>
            In parts: the customer may pay some now and the rest later
          </Tick>
          <Tick name="pre_auth" word="on" on={text.pre_auth !== ""}>
            Held first: the money is held on the card, and you capture it later
          </Tick>
          <Fault text={faults.part_payment ?? faults.pre_auth} />
        </fieldset>
        <fieldset aria-describedby="reminders-help">
          <legend>Reminders</legend>
          <p class="help" id="reminders-help">
            The gateway sends the customer the link again, between 9:00 and 20:00, while it is
            unpaid.
          </p>
          {REMINDERS.map(({ word, label }) => (
            <Tick name="reminders" word={word} on={reminders.includes(word)}>
              {label}
            </Tick>
          ))}
          <Fault text={faults.reminders} />
        </fieldset>
        <div class="row">
          <button class="button">Create the link</button>
          <a href="/console/links">Back to the links</a>
        </div>
      </PostForm>
    </>
  );
};

const Tick: FC<{
  readonly name: string;
  readonly word: string;
  readonly on: boolean;
  readonly children?: string;
}> = ({ name, word, on, children }) => (
  <label class="check">
    <input type="checkbox" name={name} value={word} checked={on} />
    {children}
  </label>
);

const Fault: FC<{ readonly text: string | undefined }> = ({ text }) =>
  text === undefined ? null : <p class="fault">{text}</p>;

const LinkTrouble: FC<{
  readonly problem: ApiProblem | null;
  readonly faults: LinkFaults;
  readonly reference: string;
}> = ({ problem, faults, reference }) => {
  if (problem === null || problem.code === "body_invalid") {
    return Object.keys(faults).length === 0 ? null : (
      <div class="notice bad" role="alert">
        <p class="title">No link was made yet</p>
        <p>Look at the marked fields and press the button again.</p>
      </div>
    );
  }
  const advice = adviceFor(problem.code);
  const taken = problem.code === "reference_reused" || problem.code === "link_differs";
  if (!taken && advice === null) return <Trouble problem={problem} />;
  return (
    <div class="notice bad" role="alert">
      <p class="title">{advice?.title ?? "This reference has a link already"}</p>
      {advice !== null && problem.detail !== undefined && <p dir="auto">{problem.detail}</p>}
      {taken ? (
        <p>
          No second link was made.{" "}
          <a href={pathWith("/console/links", { reference })}>See its link</a>, or choose another
          reference below if you mean another one.
        </p>
      ) : (
        <p>{advice?.next}</p>
      )}
    </div>
  );
};

/** What a refusal means for the person who waits for a link. */
function adviceFor(code: string): { readonly title: string; readonly next: string } | null {
  switch (code) {
    case "gateway_unavailable":
    case "internal_error":
      return {
        title: "Nobody knows yet whether the link was made",
        next: "Press “Create the link” again and change nothing: the same reference never makes a second link, and one that was made is shown.",
      };
    case "gateway_rate_limited":
      return {
        title: "The gateway is busy",
        next: "Wait a few seconds and press “Create the link” again. What you typed is still here.",
      };
    case "gateway_unauthorized":
      return {
        title: "The gateway does not let us in",
        next: "No link can be made until an administrator has mended the gateway's credentials: Settings, Health says what is wrong.",
      };
    case "gateway_duplicate":
      return {
        title: "The gateway has seen this reference before",
        next: "It shows no link for it, though. Choose another reference below.",
      };
    case "gateway_refused":
      return {
        title: "The gateway refused this link",
        next: "Its own words are above. Change what they name and try again; no link was made.",
      };
    default:
      return null;
  }
}
