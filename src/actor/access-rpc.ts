// What the keeper of keys answers to the doors and to orders: the DeploymentActor named `access`. Plain
// data; a key itself crosses only once, from where it was made to whoever asked for it.

import type { KeyRefusal, KeyView, NewKey } from "../domain/access-key";
import type { CommandKind } from "../domain/command";
import type { MoneySwitch } from "../domain/money-switch";
import type { Operator } from "../domain/people";
import type { ChargeName, DecisionRefusal, MoneyWish, PermitFailure } from "../domain/permit";
import type { Result } from "../domain/result";
import type { Scope } from "../domain/scopes";
import type { Milliseconds } from "../domain/time";

/** Who asks for a change. `key_id` is null for the administrator's key, which is not kept here. */
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

/** The key that asks was revoked, or expired, since the door looked at it. */
export type KeyEnded = { readonly code: "key_ended" };

export interface MadeKey {
  /** The key itself: shown once, kept nowhere. */
  readonly key: string;
  readonly view: KeyView;
}

export interface SignIn {
  readonly name: string;
  readonly password: string;
  /** The network that it comes from: tries are counted by it. */
  readonly network: string;
}

export type SignInFailure =
  /** Name or password; which of the two is not told. */
  | { readonly code: "sign_in_wrong" }
  | { readonly code: "sign_in_limited"; readonly retry_at: Milliseconds };

export interface OpenedSession {
  /** For the cookie: shown once, kept nowhere. */
  readonly secret: string;
  readonly expires_at: Milliseconds;
}

export interface Session {
  /** The hash of its secret. */
  readonly id: string;
  readonly operator: Operator;
  readonly opened_at: Milliseconds;
  readonly expires_at: Milliseconds;
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
  signIn(asked: SignIn): Promise<Result<OpenedSession, SignInFailure>>;
  /** By the cookie's secret. */
  readSession(secret: string): Promise<Session | null>;
  endSession(secret: string): Promise<void>;
}
