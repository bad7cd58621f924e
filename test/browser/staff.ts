// Somebody who works in the console under a name of their own: invited by the administrator, in with a password
// that they chose. And what such a person does with money, press by press.

import { expect } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import type { Chukta } from "./chukta";
import type { Operator } from "./operator";
import type { Town } from "./town";

const SOON = { timeout: 20_000, interval: 50 } as const;

/** The whole way in: the administrator makes the invitation, the person follows its link. */
export async function hire(town: Town, name: string, script: boolean): Promise<Operator> {
  const { origin } = town.chukta;
  const administrator = await town.employ({ script });
  await administrator.signIn(origin);
  await administrator.press("Settings", "People", "Invite somebody");
  await administrator.type("Name", name);
  await administrator.page.getByRole("radio", { name: /^Operator/ }).check();
  await administrator.press("Make the invitation");
  await administrator.sees(`Invitation for ${name}`);
  const link = await administrator.page.locator("main code").innerText();

  const operator = await town.employ({ script });
  await operator.page.goto(link);
  await operator.sees(`Welcome, ${name}`);
  await operator.type("New password", "five red kites over Pune");
  await operator.type("The same once more", "five red kites over Pune");
  await operator.press("Set the password and sign in");
  await operator.sees("Today");
  return operator;
}

/** Until the webhooks have brought the order there, and the lists, which are a second behind, say so too. */
export async function reaches(chukta: Chukta, order_id: string, stage: string): Promise<void> {
  const listed = async (): Promise<readonly (string | null)[]> => {
    const path = `/v1/orders?stage=${stage}&limit=200`;
    const { data } = await chukta.api<{ readonly data: readonly OrderView[] }>("GET", path);
    return data.map((order) => order.order_id);
  };
  await expect.poll(async () => (await chukta.order(order_id)).stage, SOON).toBe(stage);
  await expect.poll(listed, SOON).toContain(order_id);
}

export async function openOrder(operator: Operator, chukta: Chukta, id: string): Promise<void> {
  await operator.page.goto(`${chukta.origin}/console/orders/${id}`);
}

/** From the order's page to the question; nothing has moved yet. */
export async function askRefund(operator: Operator, rupees: string, reason = ""): Promise<void> {
  await operator.press("Refund");
  await operator.page.getByRole("radio", { name: "A part of it" }).check();
  await operator.type("Amount of the part, in rupees", rupees);
  await operator.type("Reason (if you like)", reason);
  await operator.press("Continue");
  await operator.page.getByText("A refund can not be taken back.").waitFor();
}
