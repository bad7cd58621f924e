// Migrations are generated from the ledger's schema: `npm run migrations` after changing it.
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: "./src/ledger/schema.ts",
  out: "./migrations",
});
