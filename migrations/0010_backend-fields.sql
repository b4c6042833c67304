ALTER TABLE `backends` ADD `role_arn` text;--> statement-breakpoint
ALTER TABLE `backends` ADD `external_id` text;--> statement-breakpoint
ALTER TABLE `backends` ADD `profile` text;--> statement-breakpoint
ALTER TABLE `backends` ADD `interface` text;--> statement-breakpoint
ALTER TABLE `backends` ADD `ca_cert` text;--> statement-breakpoint
ALTER TABLE `backends` ADD `changed_at` text;