// The one actor that reads the gateway's settlement reports, transfer by transfer, and gives each line to
// its order.

import { DurableObject } from "cloudflare:workers";
import type { ReportKnowledge } from "../domain/settlement-gaps";
import type {
  RefreshProgress,
  RefreshRequest,
  RefreshView,
  SettlementActorRpc,
} from "./settlement-rpc";

export class SettlementActor extends DurableObject<Env> implements SettlementActorRpc {
  async refresh(_request: RefreshRequest): Promise<RefreshView> {
    throw new Error("comes with the next commit");
  }

  async tick(): Promise<void> {
    throw new Error("comes with the next commit");
  }

  async progress(): Promise<RefreshProgress> {
    return { running: null, waiting: [], last: [] };
  }

  async knowledge(): Promise<ReportKnowledge> {
    return { read_through: null, unlisted_refunds: [] };
  }
}
