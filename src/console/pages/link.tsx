// One payment link: its address and the ways to bring it to the customer, how it stands, what it replaced. What
// changes it (cancel, send again, replace) has pages of its own beside its order.

import { orderPath } from "../order-path";
import { Hono } from "hono";
import type { FC } from "hono/jsx";
import { numberOf } from "../../domain/customer-contact";
import { whatsappLink } from "../../domain/customer-words";
import { linkWords } from "../../domain/link-words";
import type { LinkView, OrderView } from "../../domain/order-view";
import { isUndecided } from "../../domain/phone-payments";
import { millisecondsOf } from "../../domain/time";
import type { linkJson } from "../../http/link-json";
import { type ApiProblem, pathTo } from "../api";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage, Trouble } from "../failure";
import { page } from "../frame";
import { useHere, useMay } from "../here";
import { isPayable, REMINDER_RESULTS } from "../link-labels";
import { LinkBadge } from "../link-parts";
import {
  type Column,
  Copy,
  Facts,
  Money,
  PostForm,
  StageBadge,
  Table,
  Time,
  Unknown,
} from "../parts";
import { type Drawing, drawQr, Qr } from "../qr";

type Link = ReturnType<typeof linkJson>;

export const link = new Hono<ConsoleDoor>()
  .get("/console/links/:id", (c) => showLink(c, null))
  .get("/console/links/:id/qr.svg", async (c) => {
    const found = await c.var.api.get<Link>(`/v1${pathTo("links", c.req.param("id"))}`);
    if (!found.ok) return failurePage(c, found.failure, "links");
    const drawn = drawQr(found.value.payment_link ?? "");
    return drawn === null || found.value.payment_link === null
      ? c.notFound()
      : svgFile(drawn, found.value.payment_link_id);
  })
  .post("/console/links/:id/refresh", async (c) => {
    const path = pathTo("links", c.req.param("id"));
    const asked = await c.var.api.send<Link>("POST", `/v1${path}/refresh`);
    return asked.ok
      ? c.redirect(`/console${path}?said=refreshed`, 303)
      : showLink(c, asked.failure);
  });

async function showLink(c: ConsoleContext, problem: ApiProblem | null): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const [found, order] = await Promise.all([
    c.var.api.get<Link>(`/v1${pathTo("links", id)}`),
    c.var.api.get<OrderView>(`/v1${pathTo("orders", id)}`),
  ]);
  if (!found.ok) {
    return found.failure.code === "link_unknown"
      ? unknownLink(c, id)
      : failurePage(c, found.failure, "links");
  }
  if (!order.ok) return failurePage(c, order.failure, "links");
  const { value: shown } = found;
  const name = shown.merchant_payment_link_reference ?? shown.payment_link_id;
  return page(
    c,
    { title: `Link ${name}`, section: "links", status: problem?.status ?? 200 },
    <>
      <div class="stack">
        <h1 dir="auto">Link {name}</h1>
        <div class="row">
          <LinkBadge status={shown.status} />
          <StageBadge stage={shown.stage} />
        </div>
      </div>
      {problem !== null && <Trouble problem={problem} />}
      <div class="columns">
        <div class="stack">
          <Send link={shown} order={order.value} />
          <About link={shown} order={order.value} />
          <History links={order.value.links} shown={shown.payment_link_id} />
        </div>
        <Actions link={shown} order={order.value} />
      </div>
    </>,
  );
}

function unknownLink(c: ConsoleContext, id: string): Response {
  return page(
    c,
    { title: "No such link", section: "links", status: 404 },
    <>
      <h1>No such link is known here</h1>
      <p dir="auto">
        Nothing is kept under <span class="id">{id.slice(0, 60)}</span>. If it exists at the
        gateway, it can be looked after from now on.
      </p>
      <div class="row">
        {c.var.here.scopes.has("links") && <a href="/console/links/track">Follow this link</a>}
        <a href="/console/links">Back to the links</a>
      </div>
    </>,
  );
}

interface Both {
  readonly link: Link;
  readonly order: OrderView;
}

/** While it can be paid: the ways to the customer. */
const Send: FC<Both> = ({ link, order }) => {
  const { merchant, zone } = useHere();
  const { payment_link: address, payment_link_id: id, amount_due } = link;
  if (address === null || !isPayable(link.status)) {
    const current = order.link?.payment_link_id ?? id;
    return (
      <p class="notice">
        {address === null
          ? "The gateway has told no address of this link."
          : "This link is over: nobody can pay with it any more."}{" "}
        {current !== id && (
          <a href={`/console${pathTo("links", current)}`}>
            Go to the link that stands in its place
          </a>
        )}
      </p>
    );
  }
  const words = linkWords({
    merchant,
    amount_due,
    description: order.description,
    payment_link: address,
    expire_by: millisecondsOf(link.expire_by),
    zone,
  });
  const number = numberOf(order.customer);
  return (
    <section class="card" aria-labelledby="send">
      <h2 id="send">Bring it to the customer</h2>
      {mayBePaidTwice(order) && (
        <p class="notice wait">
          A payment with it has begun or is held. Who is asked again now may pay twice.
        </p>
      )}
      <p>
        <a href={address} rel="noreferrer">
          {address}
        </a>
      </p>
      <div class="row">
        <Copy text={address} label="Copy the address" />
        <a class="button quiet" href={whatsappLink(words, number)} rel="noreferrer">
          {number === null ? "WhatsApp (choose whom)" : "WhatsApp to the customer"}
        </a>
      </div>
      <details>
        <summary>The words for a message</summary>
        <div class="stack">
          <p dir="auto">{words}</p>
          <div class="row">
            <Copy text={words} label="Copy the words" />
          </div>
        </div>
      </details>
      {drawQr(address) !== null && <Code address={address} id={id} />}
    </section>
  );
};

function mayBePaidTwice({ stage, authorized, payments }: OrderView): boolean {
  return stage === "payment_initiated" || authorized.value > 0 || payments.some(isUndecided);
}

const Code: FC<{ readonly address: string; readonly id: string }> = ({ address, id }) => (
  <figure class="qr-figure">
    <Qr text={address} label="QR code of the payment link" />
    <figcaption class="small">
      The customer points their phone's camera at it.{" "}
      <a href={`/console${pathTo("links", id)}/qr.svg`} download={`${id}.svg`}>
        Download the QR code (SVG)
      </a>
    </figcaption>
  </figure>
);

const About: FC<Both> = ({ link, order }) => (
  <section class="card" aria-labelledby="about">
    <h2 id="about">This link</h2>
    <Facts
      rows={[
        ["Amount", <Money amount={link.amount} />],
        ["Still due", <Money amount={link.amount_due} />],
        ["For", order.description === null ? "–" : <span dir="auto">{order.description}</span>],
        ["Customer", <Customer customer={order.customer} />],
        ["Order", <a href={orderPath(order.id)}>{order.order_id ?? order.id}</a>],
        ["In parts", yesOrNo(order.part_payment)],
        ["Held first", yesOrNo(order.pre_auth)],
        ["Created", <Time at={link.created_at} />],
        ["Ends", <Time at={link.expire_by} />],
        ["Link id", <span class="id">{link.payment_link_id}</span>],
        ...link.reminders.map(
          ({ number, due_at, result }) =>
            [
              `Reminder ${number}`,
              <>
                <Time at={due_at} />
                {result !== null && `, ${REMINDER_RESULTS[result]}`}
              </>,
            ] as const,
        ),
      ]}
    />
  </section>
);

function yesOrNo(flag: boolean | null) {
  return flag === null ? <Unknown what="setting" /> : flag ? "Yes" : "No";
}

const Customer: FC<{ readonly customer: OrderView["customer"] }> = ({ customer }) => {
  const told = ["first_name", "last_name", "mobile_number", "email_id"].flatMap((field) => {
    const value = customer?.[field];
    return typeof value === "string" && value !== "" ? [value] : [];
  });
  return told.length === 0 ? (
    <Unknown what="customer" />
  ) : (
    <span dir="auto">{told.join(", ")}</span>
  );
};

const Actions: FC<Both> = ({ link, order }) => {
  const may = useMay("links");
  const payable = isPayable(link.status);
  const current = order.link?.payment_link_id === link.payment_link_id;
  const at = (what: string): string => orderPath(order.id, "link", what);
  return (
    <section class="card actions" aria-labelledby="actions">
      <h2 id="actions">What you can do</h2>
      <PostForm action={`/console${pathTo("links", link.payment_link_id)}/refresh`}>
        <button class="quiet">Ask the gateway now</button>
      </PostForm>
      <a href={orderPath(order.id)}>Open the order</a>
      {link.receipt_url !== null && (order.captured?.value ?? 0) > 0 && (
        <a href={link.receipt_url}>Open the customer's receipt</a>
      )}
      {may && current && payable && <a href={at("notify")}>Let the gateway send it again</a>}
      {may && current && payable && <a href={at("cancel")}>Cancel this link</a>}
      {may && current && <a href={at("replace")}>Replace it by a new one</a>}
      {may && <a href="/console/links/new">Create another link</a>}
    </section>
  );
};

const HISTORY: readonly Column<LinkView & { readonly isShown: boolean }>[] = [
  {
    label: "Link",
    cell: ({ payment_link_id: id, isShown }) =>
      isShown ? (
        <span class="id">{id} (this one)</span>
      ) : (
        <a class="id" href={`/console${pathTo("links", id)}`}>
          {id}
        </a>
      ),
  },
  { label: "Link is", cell: ({ status }) => <LinkBadge status={status} /> },
  { label: "Amount", figure: true, cell: ({ amount }) => <Money amount={amount} /> },
  { label: "Created", cell: ({ created_at }) => <Time at={created_at} /> },
];

const History: FC<{ readonly links: readonly LinkView[]; readonly shown: string }> = ({
  links,
  shown,
}) => {
  if (links.length < 2) return null;
  const rows = links.map((one) => ({ ...one, isShown: one.payment_link_id === shown }));
  return (
    <section class="stack" aria-labelledby="history">
      <h2 id="history">Links of this order, each after the one that it replaced</h2>
      <Table caption="Links of this order" columns={HISTORY} rows={rows} />
    </section>
  );
};

/** To be printed or kept: the code alone, ten millimetres for each five squares or so. */
function svgFile({ size, path }: Drawing, id: string): Response {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size * 2}mm" height="${size * 2}mm" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}"/></svg>`;
  return new Response(svg, {
    headers: {
      "content-type": "image/svg+xml",
      "content-disposition": `inline; filename="${id.replaceAll(/[^A-Za-z0-9._-]/g, "_")}.svg"`,
      "content-security-policy": "default-src 'none'",
      "cache-control": "no-store",
    },
  });
}
