// The pages of an action (action.tsx): its form, its question, and why it can not be done.

import type { Child, FC } from "hono/jsx";
import type { Action } from "./action";
import { type ApiProblem, pathWith } from "./api";
import type { ConsoleContext } from "./door";
import { Trouble } from "./failure";
import { page } from "./frame";
import { PostForm } from "./parts";
import { type Change, changesSince, writeSeen } from "./seen";
import type { Faults, Typed } from "./typed";

export interface Asking<S, W> {
  readonly c: ConsoleContext;
  readonly action: Action<S, W>;
  readonly now: S;
  readonly typed: Typed;
}

export function changesOf<S, W>(
  { action, now, typed }: Asking<S, W>,
  seen: string,
): readonly Change[] {
  return changesSince(seen, action.seen(now, typed));
}

interface Shown {
  readonly problem?: ApiProblem;
  readonly changes?: readonly Change[];
  readonly status?: number;
}

export function formPage<S, W>(
  { c, action, now, typed }: Asking<S, W>,
  { problem, changes = [], faults = {}, status = 200 }: Shown & { readonly faults?: Faults },
): Response {
  const { Fields } = action;
  const title = action.title(now);
  return page(
    c,
    { title, section: action.section, status },
    <div class="stack action">
      <h1 dir="auto">{title}</h1>
      <Changed changes={changes} />
      {problem !== undefined && <Refused problem={problem} path={c.req.path} />}
      {Object.keys(faults).length > 0 && (
        <p class="notice bad" role="alert">
          Nothing was done. Correct what is marked below.
        </p>
      )}
      <PostForm action={c.req.path} class="card">
        <Fields now={now} typed={typed} faults={faults} problem={problem ?? null} />
        <div class="row">
          <button>Continue</button>
          <a class="away" href={action.back(now).href}>
            {action.back(now).label}
          </a>
        </div>
        <p class="help">You are asked once more before anything happens.</p>
      </PostForm>
    </div>,
  );
}

export function confirmationPage<S, W>(
  asking: Asking<S, W>,
  { reference, problem, changes = [], status = 200 }: Shown & { readonly reference: string },
): Response {
  const { c, action, now, typed } = asking;
  const wish = action.parse(typed, now);
  if (!wish.ok) return formPage(asking, { faults: wish.failure.faults, changes, status: 422 });
  const { Question } = action;
  const back = action.back(now);
  const title = action.title(now);
  return page(
    c,
    { title: `Confirm: ${title}`, section: action.section, status },
    <div class="stack action">
      <h1 dir="auto">{title}</h1>
      <Changed changes={changes} />
      {problem !== undefined && <Refused problem={problem} path={c.req.path} />}
      <div class="card">
        <Question now={now} wish={wish.value} />
        <PostForm action={c.req.path} class="stack">
          <input type="hidden" name="step" value="confirm" />
          <input type="hidden" name="reference" value={reference} />
          <input type="hidden" name="seen" value={writeSeen(action.seen(now, typed))} />
          {Object.entries(typed).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <div class="row">
            <button class="danger">{action.confirm(wish.value)}</button>
            {action.fields.length > 0 && (
              <a class="button quiet" href={pathWith(c.req.path, typed)}>
                Change it
              </a>
            )}
            <a class="away" href={back.href}>
              {back.label}
            </a>
          </div>
        </PostForm>
      </div>
    </div>,
  );
}

/** It can not be done as things are: no form, but the way on. */
export function obstaclePage<S, W>(
  { c, action, now }: Asking<S, W>,
  obstacle: Child,
  status: number,
): Response {
  const title = action.title(now);
  const back = action.back(now);
  return page(
    c,
    { title, section: action.section, status },
    <div class="stack action">
      <h1 dir="auto">{title}</h1>
      <div class="notice wait">{obstacle}</div>
      <p>
        <a class="button" href={back.href}>
          {back.label}
        </a>
      </p>
    </div>,
  );
}

const Changed: FC<{ readonly changes: readonly Change[] }> = ({ changes }) =>
  changes.length === 0 ? null : (
    <div class="notice wait" role="alert">
      <p class="title">This changed while you were looking. Nothing was done.</p>
      <ul>
        {changes.map(({ label, was, is }) => (
          <li>
            {label}: <del>{was}</del> is now <ins>{is}</ins>
          </li>
        ))}
      </ul>
      <p>Look at it once more, then decide.</p>
    </div>
  );

/** The API's words, and what a person can do about those that have a way on. */
const Refused: FC<{ readonly problem: ApiProblem; readonly path: string }> = ({
  problem,
  path,
}) => (
  <>
    <Trouble problem={problem} />
    <WayOn problem={problem} path={path} />
  </>
);

const WayOn: FC<{ readonly problem: ApiProblem; readonly path: string }> = ({ problem, path }) => {
  const others = namedIn(problem["order_ids"]);
  const place = path.slice(path.lastIndexOf("/"));
  if (others.length > 0) {
    return (
      <ul>
        {others.map((id) => (
          <li>
            <a href={`/console/orders/${encodeURIComponent(id)}${place}`}>Choose order {id}</a>
          </li>
        ))}
      </ul>
    );
  }
  if (problem.code === "money_stopped") {
    return (
      <p>
        <a href="/console/settings/money">The money switch</a> shows who stopped it and why. Once it
        is resumed, come back here and go on.
      </p>
    );
  }
  if (problem.status < 500) return null;
  return <p>If it went through after all, pressing the button again does not do it twice.</p>;
};

function namedIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
