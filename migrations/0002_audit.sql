-- drizzle-kit can not write WITHOUT ROWID: it is added here by hand (src/ledger/schema.ts says why).
CREATE TABLE `audit` (
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`n` integer NOT NULL,
	`order_id` text NOT NULL,
	`doc` text NOT NULL,
	PRIMARY KEY(`at`, `actor`, `n`)
) WITHOUT ROWID;
