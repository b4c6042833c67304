CREATE TABLE `asked_terms` (
	-- What was searched for where the cloud cannot be listed: each full listing asks for it again.
	`source_id` integer NOT NULL,
	`term` text NOT NULL, -- folded, its white space collapsed
	`asked_at` text NOT NULL, -- when somebody last searched for it and the cloud was asked
	`found` integer, -- how many images the cloud found; null: it never answered
	PRIMARY KEY(`source_id`, `term`),
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `asked_terms_by_time` ON `asked_terms` (`source_id`,`asked_at`);
