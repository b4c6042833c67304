CREATE TABLE `image_changes` (
	-- What commits did to images, after a source's first listing.
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL, -- grows with time: a cursor
	`source_id` integer NOT NULL,
	`run_id` integer NOT NULL,
	`at` text NOT NULL,
	`image_id` text NOT NULL,
	`kind` text NOT NULL, -- added, changed, retired or returned
	`fields` text, -- of a changed image: JSON array of the names of what differs
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `image_changes_by_source` ON `image_changes` (`source_id`,`id`);--> statement-breakpoint
CREATE INDEX `image_changes_by_time` ON `image_changes` (`at`);--> statement-breakpoint
CREATE INDEX `images_by_retirement` ON `images` (`source_id`,`retired_at`) WHERE retired_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `images_by_facets` ON `images` (`source_id`,`position`,`architecture`,`platform`,`publisher`,`trust`,`visibility`,`root_device_type`) WHERE position IS NOT NULL;--> statement-breakpoint
ALTER TABLE `runs` ADD `kind` text DEFAULT 'full' NOT NULL;--> statement-breakpoint
ALTER TABLE `sources` ADD `probed_at` text;