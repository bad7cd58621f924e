// A notification by its name, wherever it is mentioned.

import type { FC } from "hono/jsx";
import type { NotificationType } from "../domain/causes";
import { NOTIFICATIONS } from "./notification-words";

/** Rows of a later release may bear a type that this one does not know. */
export const NotificationName: FC<{ readonly type: string }> = ({ type }) => (
  <>{type in NOTIFICATIONS ? NOTIFICATIONS[type as NotificationType] : type}</>
);
