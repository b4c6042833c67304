CREATE TABLE `webhooks` (
	-- Who is told, by POST, of the changes that a saved search of a backend finds.
	`id` text PRIMARY KEY NOT NULL,
	`backend_id` text NOT NULL,
	`url` text NOT NULL,
	`sealed_secret` text NOT NULL, -- AES-256-GCM
	`search` text NOT NULL, -- JSON: term and filters
	`kinds` text NOT NULL, -- JSON array: the kinds of changes that are told of
	`created_at` text NOT NULL,
	`cursor` integer NOT NULL, -- the row of image_changes up to which all that matches is in webhook_deliveries
	`failing_since` text, -- when the first try failed since one succeeded
	`last_error` text,
	`disabled_at` text, -- set: nothing is sent any more
	FOREIGN KEY (`backend_id`) REFERENCES `backends`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `webhooks_by_backend` ON `webhooks` (`backend_id`);--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	-- What is sent to webhooks, in the order of sending.
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`webhook_id` text NOT NULL,
	`message_id` text NOT NULL, -- the same at every try
	`type` text NOT NULL, -- images.changed or webhook.test
	`state` text NOT NULL, -- pending, delivered or failed
	`run_id` integer,
	`after_change` integer, -- the changes are those that match of the rows of image_changes after this one
	`until_change` integer, -- up to this one
	`changes` integer NOT NULL, -- how many
	`body` text, -- what is sent; null once it has arrived, or what came after it has
	`attempts` integer DEFAULT 0 NOT NULL,
	`created_at` text NOT NULL,
	`last_try_at` text,
	`next_try_at` text,
	`last_status` integer, -- of the last answer; null without one
	`last_error` text,
	FOREIGN KEY (`webhook_id`) REFERENCES `webhooks`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `webhook_deliveries_by_webhook` ON `webhook_deliveries` (`webhook_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_pending` ON `webhook_deliveries` (`webhook_id`,`id`) WHERE state = 'pending';
