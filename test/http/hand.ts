// The key that a test has in hand: the administrator's, unless it says otherwise.

import { sandboxDefaults } from "../../src/sandbox/settings";

export const hand: { key: string } = { key: sandboxDefaults.api_key };
