// The small parts of the pages about payment links.

import type { FC } from "hono/jsx";
import { LINK_STATES, isKnownStatus } from "./link-labels";
import { Badge, Unknown } from "./parts";

const LONGEST = 30;

/** A word of the gateway that we do not know is shown as it came. */
export const LinkBadge: FC<{ readonly status: string | null }> = ({ status }) => {
  if (status === null) return <Unknown what="status" />;
  if (!isKnownStatus(status)) {
    return (
      <span dir="auto" title={status}>
        <Badge tone="wait">{status.slice(0, LONGEST)}</Badge>
      </span>
    );
  }
  return <Badge tone={LINK_STATES[status].tone}>{LINK_STATES[status].label}</Badge>;
};
