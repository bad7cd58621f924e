import { afterEach, beforeEach, test } from "vitest";
import { closeHouse, openHouse } from "../actor/house";
import { expectTheMonth } from "./check";

beforeEach(openHouse);
afterEach(closeHouse);

test("a month of 6,000 orders, seed 3: the trouble that was put in, no more and no less", async () => {
  await expectTheMonth(3, { days: 30, orders: 200 });
}, 1_200_000);
