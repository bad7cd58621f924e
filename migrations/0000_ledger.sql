-- drizzle-kit can not write WITHOUT ROWID: it is added here by hand (src/ledger/schema.ts says why).
CREATE TABLE `aliases` (
	`alias` text PRIMARY KEY NOT NULL,
	`home` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `discrepancies` (
	`home` text NOT NULL,
	`key` text NOT NULL,
	`type` text NOT NULL,
	`severity` text NOT NULL,
	`subject` text NOT NULL,
	`ours` text NOT NULL,
	`theirs` text NOT NULL,
	`amount` integer,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`closed_at` integer,
	PRIMARY KEY(`home`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `discrepancies_seen` ON `discrepancies` (`first_seen_at`);--> statement-breakpoint
CREATE INDEX `discrepancies_open` ON `discrepancies` (`first_seen_at`) WHERE closed_at IS NULL;--> statement-breakpoint
CREATE TABLE `events` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`home` text NOT NULL,
	`created_at` integer NOT NULL,
	`doc` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_id` ON `events` (`id`);--> statement-breakpoint
CREATE TABLE `ledger_stamp` (
	`id` integer PRIMARY KEY NOT NULL,
	`environment` text NOT NULL,
	CONSTRAINT "ledger_stamp_one" CHECK("ledger_stamp"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`webhook_id` text NOT NULL,
	`actor` text NOT NULL,
	`n` integer NOT NULL,
	`event` text,
	`state` text NOT NULL,
	`repeats` integer NOT NULL,
	`size` integer NOT NULL,
	`body_hash` text NOT NULL,
	`id_reused` integer NOT NULL,
	`received_at` integer NOT NULL,
	`sent_at` integer NOT NULL,
	PRIMARY KEY(`webhook_id`, `actor`, `n`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `messages_state` ON `messages` (`state`,`received_at`);--> statement-breakpoint
CREATE TABLE `orders` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`order_id` text,
	`payment_link_id` text,
	`merchant_reference` text,
	`stage` text NOT NULL,
	`status` text,
	`link_status` text,
	`origin` text NOT NULL,
	`verified_by` text,
	`currency` text NOT NULL,
	`amount` integer,
	`amount_due` integer,
	`authorized` integer NOT NULL,
	`captured` integer,
	`refunded` integer,
	`refundable` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`next_inquiry_at` integer,
	`wake_at` integer,
	`doc` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `orders_id` ON `orders` (`id`);--> statement-breakpoint
CREATE INDEX `orders_stage` ON `orders` (`stage`);--> statement-breakpoint
CREATE INDEX `orders_updated` ON `orders` (`updated_at`);--> statement-breakpoint
CREATE INDEX `orders_status` ON `orders` (`status`) WHERE status <> 'PROCESSED';--> statement-breakpoint
CREATE INDEX `orders_link_status` ON `orders` (`link_status`) WHERE link_status <> 'PROCESSED';--> statement-breakpoint
CREATE INDEX `orders_reference` ON `orders` (`merchant_reference`) WHERE merchant_reference IS NOT NULL;--> statement-breakpoint
CREATE INDEX `orders_due` ON `orders` (`next_inquiry_at`) WHERE next_inquiry_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `orders_wake` ON `orders` (`wake_at`) WHERE wake_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `payments` (
	`id` text NOT NULL,
	`home` text NOT NULL,
	`order_id` text,
	`status` text,
	`payment_method` text,
	`amount` integer,
	`rrn` text,
	`created_at` integer,
	`doc` text NOT NULL,
	PRIMARY KEY(`id`, `home`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `refunds` (
	`id` text NOT NULL,
	`home` text NOT NULL,
	`order_id` text,
	`reference` text,
	`status` text,
	`amount` integer,
	`created_at` integer,
	`doc` text NOT NULL,
	PRIMARY KEY(`id`, `home`)
) WITHOUT ROWID;
