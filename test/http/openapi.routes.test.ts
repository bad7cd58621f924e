// The operations that are described are the routes that there are, both ways.

import { expect, test } from "vitest";
import { app } from "../../src/http/app";
import { honoPath } from "../../src/openapi/operation";
import { OPERATIONS } from "../../src/openapi/operations";

/** Answered, and only to say that this is not the way: the description has them as one operation. */
const refused = ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"].map(
  (method) => `${method} /webhooks/pinelabs`,
);

test("every route is described, and nothing is described that is no route", () => {
  const routes = app.routes
    // Middleware stands under every method.
    .filter(({ method }) => method !== "ALL")
    // An address with a slash behind it is the same one.
    .map(({ method, path }) => `${method} ${path.replace(/\/$/, "")}`)
    .filter((route) => !refused.includes(route));
  const described = OPERATIONS.map(
    ({ method, path }) => `${method.toUpperCase()} ${honoPath(path)}`,
  );
  expect([...new Set(routes)].toSorted()).toEqual(described.toSorted());
});
