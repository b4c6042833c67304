CREATE TABLE `search_pages` (
	-- What the search reads; see search_segments.
	`id` integer PRIMARY KEY NOT NULL, -- (segment * 256 + part) * 65536 + page
	`data` blob NOT NULL -- 16 KiB of the part, packed (deflate) where that makes it smaller
);
--> statement-breakpoint
CREATE TABLE `search_segments` (
	-- The search's index: each source has some segments. One never changes but for which of its images are dead.
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`source_id` integer NOT NULL,
	`kind` text NOT NULL, -- present or retired images
	`state` text NOT NULL, -- live, or building: searches do not look into it yet
	`size` integer NOT NULL, -- images, dead ones included
	`dead_count` integer NOT NULL, -- of these, how many are retired, gone, or changed and in a newer segment
	`dead` blob, -- which: one bit an image, in the order of answers
	`part_bytes` text NOT NULL, -- JSON array: bytes of each part
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `search_segments_by_source` ON `search_segments` (`source_id`,`kind`,`state`);--> statement-breakpoint
DROP INDEX `images_by_facets`;
