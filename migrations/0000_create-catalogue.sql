CREATE TABLE `backend_sources` (
	-- Which sources a backend shows.
	`backend_id` text NOT NULL,
	`source_id` integer NOT NULL,
	`precedence` integer NOT NULL, -- 0 first: where two sources hold an image, the lower one's word counts
	PRIMARY KEY(`backend_id`, `source_id`),
	FOREIGN KEY (`backend_id`) REFERENCES `backends`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `backend_sources_by_source` ON `backend_sources` (`source_id`);--> statement-breakpoint
CREATE TABLE `backends` (
	-- Somebody's view of a cloud: credentials plus a region.
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`provider` text NOT NULL,
	`region` text,
	`apiurl` text,
	`tenant_name` text,
	`sealed_apikey` text, -- AES-256-GCM
	`sealed_apisecret` text,
	`enabled` integer DEFAULT true NOT NULL,
	`poll_interval` integer, -- seconds; null: the schedule of the process
	`created_at` text NOT NULL,
	`stars_revision` integer DEFAULT 0 NOT NULL -- grows with every change of stars
);
--> statement-breakpoint
CREATE TABLE `families` (
	-- Builds of one owner and architecture that differ only in date, serial, hash or build number.
	`id` integer PRIMARY KEY NOT NULL,
	`owner_id` text NOT NULL,
	`architecture` text NOT NULL,
	`name` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `families_by_name` ON `families` (`name`,`owner_id`,`architecture`);--> statement-breakpoint
CREATE TABLE `family_changes` (
	-- Which families a commit touched: the in-memory index follows these.
	`source_id` integer NOT NULL,
	`revision` integer NOT NULL,
	`family_id` integer NOT NULL,
	PRIMARY KEY(`source_id`, `revision`, `family_id`),
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `images` (
	-- One row for each image of a source. Its words are in the FTS5 table image_text_<source_id>, under its position.
	`id` integer PRIMARY KEY NOT NULL,
	`source_id` integer NOT NULL,
	`image_id` text NOT NULL,
	`name` text NOT NULL,
	`folded_name` text NOT NULL, -- name after Unicode NFKC and lower-casing
	`description` text,
	`owner_id` text,
	`owner_alias` text,
	`publisher` text,
	`trust` text NOT NULL, -- self, official, verified or community
	`platform` text,
	`architecture` text,
	`root_device_type` text, -- ebs or instance-store, where the cloud has such
	`visibility` text NOT NULL,
	`created_at` text,
	`deprecated_at` text,
	`family_id` integer NOT NULL,
	`latest` integer DEFAULT false NOT NULL, -- 1: the newest build of its family in this source
	`position` integer, -- row number in image_text_<source_id>: higher comes first in answers; null when retired
	`keywords` text DEFAULT '[]' NOT NULL, -- JSON array: tag and metadata values
	`extra` text NOT NULL, -- JSON, answered as it is
	`digest` text NOT NULL, -- SHA-1 of what the cloud said
	`first_seen` text NOT NULL,
	`last_seen` text, -- set when retired; a present image was last seen at its source's synced_at
	`retired_at` text,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `images_by_id` ON `images` (`image_id`,`source_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `images_by_position` ON `images` (`source_id`,`position`) WHERE position IS NOT NULL;--> statement-breakpoint
CREATE INDEX `images_by_family` ON `images` (`source_id`,`family_id`,`latest`);--> statement-breakpoint
CREATE INDEX `images_by_name` ON `images` (`folded_name`,`source_id`);--> statement-breakpoint
CREATE INDEX `images_by_mixed_case_id` ON `images` (lower(image_id),`source_id`) WHERE image_id <> lower(image_id);--> statement-breakpoint
CREATE TABLE `runs` (
	-- Each try to bring a source up to date.
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`source_id` integer NOT NULL,
	`state` text NOT NULL, -- queued, running, complete, refused or failed
	`started_at` text NOT NULL,
	`finished_at` text,
	`listed` integer DEFAULT 0 NOT NULL, -- images in the listing so far
	`added` integer DEFAULT 0 NOT NULL,
	`changed` integer DEFAULT 0 NOT NULL,
	`retired` integer DEFAULT 0 NOT NULL,
	`returned` integer DEFAULT 0 NOT NULL,
	`rejected` integer DEFAULT 0 NOT NULL,
	`upstream_calls` integer DEFAULT 0 NOT NULL,
	`error` text,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `runs_by_source` ON `runs` (`source_id`,`id`);--> statement-breakpoint
CREATE TABLE `sources` (
	-- Where images come from: a region's public catalogue, or one account's own view. Stored once for all backends that show it.
	`id` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`provider` text NOT NULL,
	`scope` text NOT NULL,
	`revision` integer DEFAULT 0 NOT NULL, -- grows with every commit that changed an image; 0: never synced
	`image_count` integer DEFAULT 0 NOT NULL,
	`synced_at` text, -- when the last complete listing was committed, changed or not
	`changed_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sources_key_unique` ON `sources` (`key`);--> statement-breakpoint
CREATE TABLE `stars` (
	-- Images that users of a backend starred.
	`backend_id` text NOT NULL,
	`image_id` text NOT NULL,
	`starred_at` text NOT NULL,
	PRIMARY KEY(`backend_id`, `image_id`),
	FOREIGN KEY (`backend_id`) REFERENCES `backends`(`id`) ON UPDATE no action ON DELETE cascade
);
