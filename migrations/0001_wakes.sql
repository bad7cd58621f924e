-- drizzle-kit can not write WITHOUT ROWID: it is added here by hand (src/ledger/schema.ts says why).
CREATE TABLE `wakes` (
	`actor` text PRIMARY KEY NOT NULL,
	`wake_at` integer NOT NULL
) WITHOUT ROWID;
