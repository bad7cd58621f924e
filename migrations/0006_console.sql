-- drizzle-kit can not write WITHOUT ROWID: it is added here by hand (src/ledger/schema.ts says why).
CREATE TABLE `days` (
	`day` text PRIMARY KEY NOT NULL,
	`payments` integer NOT NULL,
	`collected` integer NOT NULL,
	`refunds` integer NOT NULL,
	`refunded` integer NOT NULL,
	`transfers` integer NOT NULL,
	`settled` integer NOT NULL,
	`awaiting` integer NOT NULL,
	`initiated` integer NOT NULL,
	`completed` integer NOT NULL,
	`computed_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `lookups` (
	`term` text NOT NULL,
	`home` text NOT NULL,
	PRIMARY KEY(`term`, `home`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `orders` ADD `terms` text;--> statement-breakpoint
ALTER TABLE `payments` ADD `initiated` integer;--> statement-breakpoint
CREATE INDEX `settlements_updated` ON `settlements` (`updated_at`);
