// What the keeper of keys answers to the doors and to orders: the DeploymentActor named `access`. Plain
// data; a key itself crosses only once, from where it was made to whoever asked for it.

import type { KeyRefusal, KeyView, NewKey } from "../domain/access-key";
import type { CommandKind } from "../domain/command";
import type { MoneySwitch } from "../domain/money-switch";
import type { ChargeName, DecisionRefusal, MoneyWish, PermitFailure } from "../domain/permit";
import type { Result } from "../domain/result";
import type { Scope } from "../domain/scopes";

/**
 * Who asks for a change. `key_id` is that of a key or of a person; null for the administrator, by key or in the
 * console, who is not kept here.
 */
export interface Changer {
  readonly name: string;
  readonly key_id: string | null;
}

export type KeyCheck =
  | {
      readonly kind: "right";
      readonly name: string;
      readonly scopes: readonly Scope[];
      /** It has a refund limit. */
      readonly limited: boolean;
    }
  | { readonly kind: "wrong" }
  /** The secret was right, and the key is over. */
  | { readonly kind: "expired" | "revoked" };

/** The key that asks was revoked or has expired, or the person was removed, since the door looked at it. */
export type KeyEnded = { readonly code: "key_ended" };

export interface MadeKey {
  /** The key itself: shown once, kept nowhere. */
  readonly key: string;
  readonly view: KeyView;
}

export interface AccessActorRpc {
  /** `hash`: SHA-256 of the whole key, lower-case hex; the key itself stays at the door. */
  checkKey(asked: { readonly id: string; readonly hash: string }): Promise<KeyCheck>;
  createKey(wanted: NewKey, by: Changer): Promise<Result<MadeKey, KeyRefusal | KeyEnded>>;
  /** Newest first, the ended ones too. */
  listKeys(): Promise<readonly KeyView[]>;
  /** A revoked one stays as it is, and stays in the list. */
  revokeKey(
    id: string,
    by: Changer,
  ): Promise<Result<KeyView, KeyEnded | { readonly code: "key_unknown" }>>;
  moneySwitch(): Promise<MoneySwitch>;
  /** Where it stands so already it stays as it is, with the first reason. */
  throwSwitch(
    thrown: { readonly stopped: boolean; readonly reason: string },
    by: Changer,
  ): Promise<Result<MoneySwitch, KeyEnded>>;
  /** Whether money may move for this key now; counts the refund towards its limits. */
  permitMoney(wish: MoneyWish): Promise<Result<null, PermitFailure>>;
  /** Whether this key may say what became of a command; null: the administrator's. */
  permitDecision(key_id: string | null, kind: CommandKind): Promise<Result<null, DecisionRefusal>>;
  /** Refunds that moved nothing and never will: their amounts are free again. */
  giveBack(charges: readonly ChargeName[]): Promise<void>;
}
