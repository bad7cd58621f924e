ALTER TABLE `orders` ADD `attention` text;--> statement-breakpoint
CREATE INDEX `orders_attention` ON `orders` (`attention`) WHERE attention IS NOT NULL;