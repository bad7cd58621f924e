ALTER TABLE `events` ADD `delivered_at` integer;--> statement-breakpoint
ALTER TABLE `events` ADD `trouble` text;--> statement-breakpoint
ALTER TABLE `events` ADD `delivery` text;--> statement-breakpoint
CREATE INDEX `events_trouble` ON `events` (`trouble`) WHERE trouble IS NOT NULL;--> statement-breakpoint
ALTER TABLE `orders` ADD `needs` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `orders` ADD `forgotten_at` integer;--> statement-breakpoint
CREATE INDEX `orders_needs` ON `orders` (`needs`) WHERE needs <> 0;--> statement-breakpoint
CREATE INDEX `refunds_created` ON `refunds` (`created_at`);