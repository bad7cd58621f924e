// The two contracts for the same money (docs/gateway.md 0): an account speaks one of them, and
// PINELABS_CONTRACT says which. A contract builds the requests of refund, capture and void and knows
// which answers are theirs; nothing else in the house knows that there are two.

import type { JsonObject } from "../domain/json";
import type { Amount } from "../domain/money";
import { contractOfGuide } from "./contract-guide";
import { contractOfReference } from "./contract-reference";

export type ContractName = "guide" | "reference";

export interface RefundCall {
  readonly order_id: string;
  readonly reference: string;
  readonly amount: Amount;
  readonly split_info: JsonObject | null;
}

export interface CaptureCall {
  readonly order_id: string;
  readonly reference: string;
  readonly amount: Amount;
  /** All that is held. */
  readonly whole: boolean;
}

/** One request that moves money, and whether an answer is about it. */
export interface MoneyRequest {
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly body?: JsonObject;
  /** `answer` has normalised keys and no wrapper. */
  readonly isOurs: (answer: JsonObject) => boolean;
}

export interface Contract {
  readonly name: ContractName;
  /** The refund's reference is documented as a key: the same one is never a second refund. */
  readonly reference_is_key: boolean;
  /** The gateway keeps our reference of a capture; otherwise it is known by its amount. */
  readonly captures_by_reference: boolean;
  /** Names of fields that only this contract's requests have. */
  readonly own_fields: readonly string[];
  refund(call: RefundCall): MoneyRequest;
  capture(call: CaptureCall): MoneyRequest;
}

const CONTRACTS: { readonly [name in ContractName]: Contract } = {
  guide: contractOfGuide,
  reference: contractOfReference,
};

export function contractNamed(name: ContractName): Contract {
  return CONTRACTS[name];
}

/** The same in both contracts: no body, and the answer is the order. */
export function voidRequest(order_id: string): MoneyRequest {
  return {
    method: "PUT",
    path: `/api/pay/v1/orders/${encodeURIComponent(order_id)}/cancel`,
    isOurs: (answer) => answer["order_id"] === order_id,
  };
}

/** What a refusal looks like to whoever wonders whether the setting is wrong. */
export interface RefusedRequest {
  readonly status: number;
  readonly gateway_code: string | null;
  readonly message: string;
}

/**
 * Which setting to change, when the gateway does not know a money request's route or misses a field
 * of the other contract; null when the refusal has another cause. The other contract is never tried
 * by itself with money at stake (docs/gateway.md 0).
 */
export function adviceOn(contract: Contract, refused: RefusedRequest): string | null {
  const other = CONTRACTS[contract.name === "guide" ? "reference" : "guide"];
  const { status, gateway_code, message } = refused;
  const noRoute = status === 405 || (status === 404 && gateway_code !== "ORDER_NOT_FOUND");
  const missing = other.own_fields.some((field) => isNamed(field, message));
  if (!noRoute && !missing) return null;
  return (
    `PINELABS_CONTRACT is ${contract.name}, and this account seems to speak the other contract: ` +
    `set PINELABS_CONTRACT to ${other.name}.`
  );
}

/** A name that is a word of English too has to stand where a field's name stands: "amount: …", "(amount)". */
function isNamed(field: string, message: string): boolean {
  if (field.includes("_")) return message.includes(field);
  return new RegExp(`^${field}:|[("'\`]${field}[)"'\`]`).test(message);
}
