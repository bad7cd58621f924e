// Somebody else at the console: a person of this role, by a real invitation.

import type { Role } from "../../src/domain/people";
import { invite, type Shown, signInAsAdministrator, type Visitor } from "./visit";

let people = 0;

export async function signInAs(role: Role): Promise<Visitor> {
  people += 1;
  const name = `Vidya ${role} ${people}`;
  return invite(await signInAsAdministrator(), name, role);
}

export async function getAs(role: Role, path: string): Promise<Shown> {
  return (await signInAs(role)).get(path);
}
