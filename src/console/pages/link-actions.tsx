// A payment link is cancelled, sent again by the gateway, or replaced by one for what is still due. None of it
// moves money; each is asked once more all the same, because the customer sees it.

import { shorten } from "../short";
import type { FC } from "hono/jsx";
import { momentsOf } from "../../domain/day-moments";
import type { LinkView, OrderView } from "../../domain/order-view";
import { dayOf } from "../../domain/report-days";
import { failure, success } from "../../domain/result";
import type { Scope } from "../../domain/scopes";
import { millisecondsOf, toIso } from "../../domain/time";
import { type Action, actionPages } from "../action";
import { type ApiProblem, pathTo } from "../api";
import type { ConsoleContext } from "../door";
import { faultOf } from "../failure";
import { useHere } from "../here";
import { isKnownStatus, LINK_STATES } from "../link-labels";
import { addressOf, AmountTwice, customerText, nameOf, shownAmount } from "../order-words";
import { Facts, Field, Money, Time } from "../parts";
import { misread, type Read } from "../typed";

interface Linked {
  readonly order: OrderView;
  readonly link: LinkView;
  readonly zone: string;
}

type Verb = "cancel" | "notify" | "replace";

/** What the three share. */
function common(verb: Verb) {
  return {
    path: `/console/orders/:id/link/${verb}`,
    section: "orders",
    scope: (): Scope => "links",
    prefix: "ln",
    read: readLinked,
    back: ({ order }: Linked) => ({ href: addressOf(order), label: "Back to the order" }),
    seen: ({ link, order }: Linked) =>
      [
        ["Link", link.payment_link_id],
        ["Link is", statusOf(link)],
        ["Still due", shownAmount(order.amount_due)],
      ] as const,
    perform: async (
      c: ConsoleContext,
      { order, link }: Linked,
      wish: object,
      reference: string,
    ) => {
      const path = `/v1${pathTo("links", link.payment_link_id, verb)}`;
      const body = Object.keys(wish).length === 0 ? undefined : wish;
      // Its key counts where a second press would do it a second time.
      const sent = await c.var.api.send("POST", path, body, reference);
      return sent.ok ? success({ href: addressOf(order, SAID_OF[verb]) }) : sent;
    },
  } as const;
}

const SAID_OF: { readonly [verb in Verb]: string } = {
  cancel: "link_cancelled",
  notify: "link_notified",
  replace: "link_replaced",
};

const cancelAction: Action<Linked, object> = {
  ...common("cancel"),
  fields: [],
  title: ({ order }) => `Cancel the link of ${shorten(nameOf(order))}`,
  obstacle: ({ link }) =>
    link.status === "CANCELLED" ? <p>The link is cancelled already.</p> : ended(link),
  parse: () => success({}),
  Fields: () => null,
  Question: ({ now }) => (
    <>
      <LinkFacts {...now} />
      <p>
        <strong>Nobody can pay with this link any more</strong> once it is cancelled, and it can not
        be opened again. You can make another for what is still due.
      </p>
    </>
  ),
  confirm: () => "Cancel the link",
  // A link that is cancelled is cancelled, whoever asks how often.
  used: async () => null,
};

const notifyAction: Action<Linked, object> = {
  ...common("notify"),
  fields: [],
  title: ({ order }) => `Send the link of ${shorten(nameOf(order))} again`,
  obstacle: ({ link }) =>
    link.status === "CANCELLED" ? (
      <p>The link is cancelled: nobody can pay with it. Make a new one for what is due.</p>
    ) : (
      ended(link)
    ),
  parse: () => success({}),
  Fields: () => null,
  Question: ({ now }) => (
    <>
      <LinkFacts {...now} />
      <p>The gateway sends the link to its customer again, by SMS or e-mail, as it did at first.</p>
    </>
  ),
  confirm: () => "Send it again",
  used: async () => null,
};

interface ReplaceWish {
  readonly expire_by?: string;
}

const replaceAction: Action<Linked, ReplaceWish> = {
  ...common("replace"),
  // `link`: which one was to be replaced. A repeat after it was replaced must not replace the new one.
  fields: ["link", "until"],
  title: ({ order }) => `A new link for ${shorten(nameOf(order))}`,
  obstacle: ({ order }) =>
    order.amount_due?.value === 0 ? (
      <p>Nothing is due any more, so there is nothing to collect with a new link.</p>
    ) : null,
  parse: ({ until = "", link = "" }, now) => {
    if (link !== "" && link !== now.link.payment_link_id) return otherLink();
    return parseUntil(until, now.zone);
  },
  Fields: ({ now, typed, faults, problem }) => (
    <>
      <LinkFacts {...now} />
      <input type="hidden" name="link" value={now.link.payment_link_id} />
      <UntilField
        until={typed["until"] ?? ""}
        fault={faults["until"] ?? faults["link"] ?? faultOf(problem, "/expire_by")}
      />
    </>
  ),
  Question: ({ now, wish }) => (
    <>
      <Facts
        rows={[
          [
            "The new link collects",
            now.order.amount_due === null ? "–" : <AmountTwice amount={now.order.amount_due} />,
          ],
          [
            "It can be paid until",
            wish.expire_by === undefined ? (
              "As long as the gateway keeps links open"
            ) : (
              <Time at={wish.expire_by} />
            ),
          ],
          ["To", <span dir="auto">{customerText(now.order.customer) ?? "Not known"}</span>],
          ["Instead of", <code>{now.link.payment_link_id}</code>],
          ["Which is", statusOf(now.link)],
        ]}
      />
      <p>
        <strong>The old link can not be paid any more</strong>: if it is still open and nobody has
        begun to pay, it is cancelled first.
      </p>
    </>
  ),
  confirm: () => "Make the new link",
  used: async (_c, { order, link }, { typed }) => {
    const meant = typed["link"] ?? "";
    const isReplaced =
      meant !== link.payment_link_id &&
      order.links.some(({ payment_link_id }) => payment_link_id === meant);
    return isReplaced ? success({ href: addressOf(order, SAID_OF.replace) }) : null;
  },
};

export const linkCancel = actionPages(cancelAction);
export const linkNotify = actionPages(notifyAction);
export const linkReplace = actionPages(replaceAction);

async function readLinked(c: ConsoleContext) {
  const id = c.req.param("id") ?? "";
  const order = await c.var.api.get<OrderView>(`/v1${pathTo("orders", id)}`);
  if (!order.ok) return order;
  const { link } = order.value;
  return link === null
    ? failure(NO_LINK)
    : success({ order: order.value, link, zone: c.var.here.zone });
}

const NO_LINK: ApiProblem = {
  status: 404,
  code: "link_unknown",
  title: "This order has no payment link",
  detail: "It came to the gateway in another way, so there is no link to change.",
};

function statusOf({ status }: LinkView): string {
  return status !== null && isKnownStatus(status) ? LINK_STATES[status].label : "Not known";
}

function ended({ status }: LinkView) {
  if (status === "EXPIRED") {
    return <p>The link has expired: nobody can pay with it. Make a new one for what is due.</p>;
  }
  return status === "PROCESSED" ? (
    <p>The link is completed: nobody can pay with it any more.</p>
  ) : null;
}

function otherLink(): Read<ReplaceWish> {
  return misread({ link: "The order has another link by now. Look at it before you replace it." });
}

/** The end of that day by the merchant's clock; whether it may be so late the API says. */
function parseUntil(until: string, zone: string): Read<ReplaceWish> {
  if (until === "") return success({});
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(until) && millisecondsOf(`${until}T00:00:00Z`) !== null;
  if (!isDay) return misread({ until: "Choose a day, for example 2026-12-31." });
  const { before } = momentsOf({ from: until, to: until }, zone);
  return success({ expire_by: toIso(before - 1_000) });
}

const LinkFacts: FC<Linked> = ({ order, link }) => (
  <Facts
    rows={[
      ["Link", <code>{link.payment_link_id}</code>],
      ["State", statusOf(link)],
      ["Still due", <Money amount={order.amount_due} />],
      ["To", <span dir="auto">{customerText(order.customer) ?? "Not known"}</span>],
      ["Open until", <Time at={link.expire_by} />],
    ]}
  />
);

const UntilField: FC<{
  readonly until: string;
  readonly fault: string | undefined;
}> = ({ until, fault }) => {
  const { now, zone } = useHere();
  return (
    <Field
      name="until"
      label="The new link can be paid until the end of"
      help="Empty: as long as the gateway keeps links open."
      fault={fault}
      input={(tied) => <input {...tied} type="date" value={until} min={dayOf(now, zone)} />}
    />
  );
};
