ALTER TABLE `events` ADD `delivered_at` integer;--> statement-breakpoint
ALTER TABLE `events` ADD `trouble` text;--> statement-breakpoint
ALTER TABLE `events` ADD `delivery` text;--> statement-breakpoint
CREATE INDEX `events_trouble` ON `events` (`trouble`) WHERE trouble IS NOT NULL;--> statement-breakpoint
ALTER TABLE `orders` ADD `needs` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `orders` ADD `forgotten_at` integer;--> statement-breakpoint
CREATE INDEX `orders_needs` ON `orders` (`needs`) WHERE needs <> 0;--> statement-breakpoint
CREATE INDEX `refunds_created` ON `refunds` (`created_at`);--> statement-breakpoint
-- By hand: as payments since they have an index by time, so that no refund is outside of every range.
UPDATE `refunds` SET `created_at` = (SELECT `orders`.`created_at` FROM `orders` WHERE `orders`.`id` = `refunds`.`home`) WHERE `created_at` IS NULL;
