// Every door, topic by topic. A new door gets one entry in the file of its topic; a test compares the list
// with the routes of the Worker, both ways.

import { deliveryOperations } from "./delivery-operations";
import { deploymentOperations } from "./deployment-operations";
import { keyOperations } from "./key-operations";
import { linkOperations } from "./link-operations";
import { messageOperations } from "./message-operations";
import { moneyOperations } from "./money-operations";
import { notificationOperations } from "./notification-operations";
import { openOperations } from "./open-operations";
import type { Operation } from "./operation";
import { orderOperations } from "./order-operations";
import { partOperations } from "./part-operations";
import { searchOperations } from "./search-operations";
import { settlementOperations } from "./settlement-operations";
import { verdictOperations } from "./verdict-operations";

export const OPERATIONS: readonly Operation[] = [
  ...linkOperations,
  ...verdictOperations,
  ...orderOperations,
  ...deliveryOperations,
  ...partOperations,
  ...searchOperations,
  ...moneyOperations,
  ...keyOperations,
  ...settlementOperations,
  ...messageOperations,
  ...notificationOperations,
  ...deploymentOperations,
  ...openOperations,
];
