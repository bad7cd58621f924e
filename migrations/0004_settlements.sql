-- drizzle-kit can not write WITHOUT ROWID: it is added here by hand (src/ledger/schema.ts says why).
CREATE TABLE `settlement_lines` (
	`utr` text NOT NULL,
	`n` integer NOT NULL,
	`read` integer NOT NULL,
	`transaction_id` text NOT NULL,
	`doc` text NOT NULL,
	PRIMARY KEY(`utr`, `n`, `read`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `settlement_lines_transaction` ON `settlement_lines` (`transaction_id`);--> statement-breakpoint
CREATE TABLE `settlements` (
	`utr` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`settled_at` integer,
	`processed_at` integer,
	`sort_at` integer NOT NULL,
	`net` integer,
	`gross` integer,
	`refunds` integer,
	`fees` integer,
	`taxes` integer,
	`recoveries` integer,
	`split` integer,
	`beside` integer,
	`unexplained` integer,
	`refunds_unlisted` integer NOT NULL,
	`holds` integer NOT NULL,
	`lines` integer NOT NULL,
	`unknown` integer NOT NULL,
	`other_business` integer NOT NULL,
	`waiting` integer NOT NULL,
	`read` integer NOT NULL,
	`unfinished` integer NOT NULL,
	`fingerprints` text NOT NULL,
	`first_seen_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`doc` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `settlements_sort` ON `settlements` (`sort_at`);--> statement-breakpoint
CREATE INDEX `settlements_state` ON `settlements` (`status`,`holds`,`sort_at`);--> statement-breakpoint
ALTER TABLE `discrepancies` ADD `resolved_by` text;--> statement-breakpoint
ALTER TABLE `discrepancies` ADD `resolved_reason` text;--> statement-breakpoint
ALTER TABLE `discrepancies` ADD `resolved_at` integer;--> statement-breakpoint
CREATE INDEX `discrepancies_severity` ON `discrepancies` (`severity`,`first_seen_at`);--> statement-breakpoint
CREATE INDEX `discrepancies_severity_open` ON `discrepancies` (`severity`,`first_seen_at`) WHERE closed_at IS NULL;--> statement-breakpoint
CREATE INDEX `discrepancies_type` ON `discrepancies` (`type`,`severity`,`first_seen_at`);--> statement-breakpoint
CREATE INDEX `discrepancies_type_open` ON `discrepancies` (`type`,`severity`,`first_seen_at`) WHERE closed_at IS NULL;--> statement-breakpoint
ALTER TABLE `payments` ADD `captured` integer;--> statement-breakpoint
ALTER TABLE `payments` ADD `refunded` integer;--> statement-breakpoint
ALTER TABLE `payments` ADD `fees` integer;--> statement-breakpoint
ALTER TABLE `payments` ADD `recovered` integer;--> statement-breakpoint
ALTER TABLE `payments` ADD `settled` integer;--> statement-breakpoint
ALTER TABLE `payments` ADD `pending` integer;--> statement-breakpoint
ALTER TABLE `payments` ADD `elsewhere` integer;--> statement-breakpoint
ALTER TABLE `payments` ADD `unexplained` integer;--> statement-breakpoint
CREATE INDEX `payments_created` ON `payments` (`created_at`);