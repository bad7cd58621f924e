// The page about commands says what the code does. After a change of the table or of a code:
// npx vitest run --project domain test/domain/commands-page.test.ts -u

import { expect, it } from "vitest";
import { renderCommands } from "./commands-page";

it("docs/commands.md is the page that the table and the codes make", async () => {
  await expect(renderCommands()).toMatchFileSnapshot("../../docs/commands.md");
});
