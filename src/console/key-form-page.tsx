// How the form of a new API key looks, and the two answers to it: the key itself, once, and that it is made already.

import type { FC } from "hono/jsx";
import type { KeyView } from "../domain/access-key";
import { SCOPES } from "../domain/scopes";
import type { ApiProblem } from "./api";
import { Trouble } from "./failure";
import { useHere } from "./here";
import type { KeyFaults, KeyField, TypedKey } from "./key-form";
import { Copy, Field, PostForm, Time } from "./parts";
import { SCOPE_WORDS } from "./settings-labels";

export interface KeyFormShown {
  readonly typed: TypedKey;
  readonly faults: KeyFaults;
  readonly problem: ApiProblem | null;
}

export const KeyForm: FC<KeyFormShown & { readonly action: string }> = ({
  typed,
  faults,
  problem,
  action,
}) => {
  const { zone } = useHere();
  const of = (name: KeyField) => ({ name, fault: faults[name] });
  const isMarked = Object.keys(faults).length > 0;
  return (
    <>
      {isMarked && (
        <div class="notice bad" role="alert">
          <p class="title">No key was made yet</p>
          <p>Look at the marked fields and press the button again.</p>
        </div>
      )}
      {!isMarked && problem !== null && <Trouble problem={problem} />}
      <PostForm action={action} class="card link-form">
        <input type="hidden" name="opened" value={typed.opened} />
        <Field
          {...of("name")}
          label="Name"
          help="Which system it is for. It stands in the audit beside everything that the key does."
          input={(tied) => (
            <input {...tied} value={typed.name} maxlength={50} autocomplete="off" required />
          )}
        />
        <fieldset>
          <legend>What it may do</legend>
          {SCOPES.map((scope) => (
            <label class="check">
              <input
                type="checkbox"
                name="scopes"
                value={scope}
                checked={typed.scopes.includes(scope)}
              />
              {SCOPE_WORDS[scope]}
            </label>
          ))}
          {faults.scopes !== undefined && <p class="fault">{faults.scopes}</p>}
        </fieldset>
        <Field
          {...of("expires_at")}
          label="It ends"
          help={`By the clock of ${zone}. Empty: never.`}
          input={(tied) => <input {...tied} type="datetime-local" value={typed.expires_at} />}
        />
        <Field
          {...of("per_refund")}
          label="At most for one refund, in rupees"
          help="For a key that may refund. Empty: no limit."
          input={(tied) => (
            <input {...tied} value={typed.per_refund} inputmode="decimal" autocomplete="off" />
          )}
        />
        <Field
          {...of("per_day")}
          label="At most refunded in a day, in rupees"
          help="All refunds of the key together. Empty: no limit."
          input={(tied) => (
            <input {...tied} value={typed.per_day} inputmode="decimal" autocomplete="off" />
          )}
        />
        <div class="row">
          <button class="button">Make the key</button>
          <a href="/console/settings/keys">Back to the keys</a>
        </div>
      </PostForm>
    </>
  );
};

export const FreshKey: FC<{ readonly text: string; readonly list: string }> = ({ text, list }) => (
  <section class="card link-form">
    <div class="notice wait">
      <p class="title">This is the only time it is shown</p>
      <p>
        Copy it now into the system that needs it. Nobody can show it again, and this page can not
        be opened a second time. Send it to nobody by mail or chat.
      </p>
    </div>
    <p>
      <code class="secret">{text}</code>
    </p>
    <div class="row">
      <Copy text={text} label="Copy the key" />
      <a href={list}>I have it: back to the keys</a>
    </div>
  </section>
);

export const MadeAlready: FC<{
  readonly made: KeyView;
  readonly list: string;
  readonly again: string;
  readonly revoke: string;
}> = ({ made, list, again, revoke }) => (
  <section class="card link-form">
    <p>
      This form has made it <Time at={made.created_at} far />, and a key is shown once: it ends in{" "}
      <span class="id">{made.last_four}</span>. No second key was made.
    </p>
    <p>
      If you did not copy it, <a href={revoke}>revoke it</a> and{" "}
      <a href={again}>make another one</a>.
    </p>
    <p>
      <a href={list}>Back to the keys</a>
    </p>
  </section>
);
