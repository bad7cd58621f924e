// The page after the payment: what is true now, and the ways on from here. It works without script;
// while the bank has not answered it loads itself again, ever more slowly.

import type { FC } from "hono/jsx";
import { Layout, type Merchant, type Recheck, webAddress } from "./layout";
import type { Outcome } from "./outcome";

/** For who holds the token: amounts, the merchant's reference, the way back to the link. */
export const OutcomePage: FC<{
  readonly outcome: Outcome;
  readonly merchant: Merchant;
  readonly reference: string | null;
  readonly payment_link: string | null;
  readonly recheck: Recheck | null;
  readonly check_now: string;
}> = ({ outcome, merchant, reference, payment_link, recheck, check_now }) => {
  const back = outcome.again === null ? null : webAddress(payment_link);
  return (
    <Layout
      title={outcome.title}
      tone={outcome.tone}
      merchant={merchant}
      recheck={recheck ?? undefined}
    >
      <div role="status">
        {outcome.lines.map((line) => (
          <p>{line}</p>
        ))}
      </div>
      <dl>
        {outcome.amounts.map(([label, amount]) => (
          <div>
            <dt>{label}</dt>
            <dd>{amount}</dd>
          </div>
        ))}
        {reference !== null && (
          <div>
            <dt>Reference</dt>
            <dd>{reference}</dd>
          </div>
        )}
      </dl>
      {back !== null && (
        <a class="button" href={back}>
          {outcome.again}
        </a>
      )}
      {outcome.waiting && <WaitNote recheck={recheck} check_now={check_now} />}
    </Layout>
  );
};

/** For a redirect without a token: the state of the payment in words, and nothing else about it. */
export const StagePage: FC<{
  readonly outcome: Outcome;
  readonly merchant: Merchant;
  readonly recheck: Recheck | null;
  readonly check_now: string;
}> = ({ outcome, merchant, recheck, check_now }) => (
  <Layout
    title={outcome.title}
    tone={outcome.tone}
    merchant={merchant}
    recheck={recheck ?? undefined}
  >
    <div role="status">
      {outcome.lines.map((line) => (
        <p>{line}</p>
      ))}
    </div>
    {outcome.waiting && <WaitNote recheck={recheck} check_now={check_now} />}
  </Layout>
);

const WaitNote: FC<{ readonly recheck: Recheck | null; readonly check_now: string }> = ({
  recheck,
  check_now,
}) => (
  <p class="small">
    {recheck === null
      ? "We keep asking the bank. You can close this page. "
      : `This page looks again by itself in ${recheck.seconds} seconds. `}
    <a href={check_now}>Check now</a>
  </p>
);
