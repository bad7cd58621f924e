// A message by its name, and whose it is: an order's, a link's, or nobody's.

import { orderPath } from "./order-path";
import type { FC } from "hono/jsx";
import { EVENTS } from "./message-words";

/** An event that no table has is shown by the gateway's own name. */
export const EventName: FC<{ readonly event: string | null }> = ({ event }) => {
  if (event === null) return <>Without a name</>;
  const label = EVENTS.get(event);
  return label === undefined ? (
    <span class="id" dir="auto">
      {event}
    </span>
  ) : (
    <>{label}</>
  );
};

/** `actor`: who took it; what concerns no order has a keeper without a page. */
export const MessageHome: FC<{ readonly actor: string }> = ({ actor }) =>
  isOfNobody(actor) ? (
    <>No order</>
  ) : (
    <a class="id" href={orderPath(actor)}>
      {actor}
    </a>
  );

function isOfNobody(actor: string): boolean {
  return actor.includes(":");
}
