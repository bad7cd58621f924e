// What the keeper of people answers to the console: who may sign in, who is signed in, and how that changes.
// The same actor as the keeper of keys (`access`), so that who is removed moves nothing from the answer on.
// Plain data; passwords and secrets cross once, towards where they are hashed or from where they are made.

import type { Operator, PersonRefusal, PersonView, Role, Wanted } from "../domain/people";
import type { PasswordFault } from "../domain/password-rule";
import type { Result } from "../domain/result";
import type { TryFailure } from "../domain/sign-in-tries";
import type { Milliseconds } from "../domain/time";
import type { Changer, KeyEnded } from "./access-rpc";

/** Where a session is opened. */
export interface From {
  /** The network that it comes from: tries are counted by it. */
  readonly network: string;
  /** As people tell devices apart: "Chrome on Windows". */
  readonly device: string;
  /** The e-mail of the request's Cloudflare Access token; null: it had none. */
  readonly identity: string | null;
}

export interface SignIn extends From {
  readonly name: string;
  readonly password: string;
}

export type SignInFailure =
  /** Name or password; which of the two is not told. */
  { readonly code: "sign_in_wrong" } | TryFailure;

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

export interface SessionAsked {
  /** The e-mail of the request's Cloudflare Access token; null: it had none. */
  readonly identity: string | null;
  /** A person asked for a page; false: a page that is open asked by itself, and nobody may be there. */
  readonly isUse: boolean;
}

/** A session as its owner sees it among theirs. */
export interface SessionView {
  readonly id: string;
  readonly device: string;
  readonly via: "password" | "access";
  readonly opened_at: string;
  readonly seen_at: string;
  readonly expires_at: string;
  /** It is the one that asks. */
  readonly current: boolean;
}

export interface Invited {
  /** For the link: shown once, kept nowhere. */
  readonly token: string;
  readonly person: PersonView;
}

export type PersonFailure =
  | PersonRefusal
  | KeyEnded
  | { readonly code: "person_unknown" }
  /** Nobody removes, demotes or resets themselves. */
  | { readonly code: "person_is_self" };

export type NewPasswordFailure =
  | SignInFailure
  | { readonly code: PasswordFault }
  | { readonly code: "session_ended" }
  /** The administrator's password is a setting. */
  | { readonly code: "password_is_setting" };

export interface PeopleActorRpc {
  signIn(asked: SignIn): Promise<Result<OpenedSession, SignInFailure>>;
  /** Whoever Cloudflare Access names; the token was checked at the door. */
  signInByAccess(
    asked: From & { readonly identity: string },
  ): Promise<Result<OpenedSession, { readonly code: "person_unknown" }>>;
  /** By the cookie's secret. Null: it is over, or never was. */
  readSession(secret: string, asked: SessionAsked): Promise<Session | null>;
  endSession(secret: string): Promise<void>;
  /** Of whoever this session is of, newest first. */
  listSessions(secret: string): Promise<readonly SessionView[]>;
  /** One of the own ones, or all but the one that asks. */
  endOwnSessions(secret: string, which: { readonly id: string } | "others"): Promise<void>;
  /** Ends all own sessions and opens a new one. */
  changePassword(
    secret: string,
    asked: From & { readonly old: string; readonly password: string },
  ): Promise<Result<OpenedSession, NewPasswordFailure>>;
  /** By name; the removed ones last. */
  listPeople(): Promise<readonly PersonView[]>;
  invitePerson(wanted: Wanted, by: Changer): Promise<Result<Invited, PersonFailure>>;
  /** Takes the password away and ends all sessions: for who forgot it, or whose link went astray. */
  inviteAgain(id: string, by: Changer): Promise<Result<Invited, PersonFailure>>;
  changePerson(
    id: string,
    wanted: { readonly role: Role; readonly email: string },
    by: Changer,
  ): Promise<Result<PersonView, PersonFailure>>;
  removePerson(id: string, by: Changer): Promise<Result<PersonView, PersonFailure>>;
  /** Null: it was used, is over, or never was. */
  readInvitation(token: string): Promise<PersonView | null>;
  acceptInvitation(
    token: string,
    asked: From & { readonly password: string },
  ): Promise<
    Result<OpenedSession, { readonly code: "invitation_over" } | { readonly code: PasswordFault }>
  >;
}
