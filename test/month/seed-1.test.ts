import { afterEach, beforeEach, test } from "vitest";
import { closeHouse, openHouse } from "../actor/house";
import { expectTheMonth } from "./check";

beforeEach(openHouse);
afterEach(closeHouse);

test("a month of 6,000 orders, seed 1: the trouble that was put in, no more and no less", async () => {
  await expectTheMonth(1, { days: 30, orders: 200 });
}, 1_200_000);
