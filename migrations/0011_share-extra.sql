-- What many images of a source say alike is stored once: half the size of a file.
CREATE TABLE `shared_extras` (
	`source_id` integer NOT NULL,
	`id` integer NOT NULL,
	`extra` text NOT NULL, -- JSON object
	PRIMARY KEY(`source_id`, `id`),
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
ALTER TABLE `images` ADD `shared_id` integer; -- of shared_extras, which has the rest of extra; null: extra has all
--> statement-breakpoint
DROP VIEW `readable_images`;--> statement-breakpoint
-- Only what a backend shows is readable; the last images of a removed backend are not, until they are gone.
CREATE VIEW readable_images AS
SELECT s.key AS source, i.image_id, i.name, i.publisher, i.trust, i.owner_id, i.owner_alias, i.platform, i.architecture,
  i.os, i.os_version, i.os_codename, i.state, i.hidden, i.root_device_type, i.virtualization_type, i.visibility,
  nullif(f.name, '') AS family, i.line, i.latest, i.created_at, i.deprecated_at, i.first_seen,
  coalesce(i.last_seen, s.synced_at) AS last_seen, i.retired_at, i.description, i.keywords,
  coalesce((SELECT substr(x.extra, 1, length(x.extra) - 1) || iif(i.extra = '{}', '', ',') || substr(i.extra, 2)
    FROM shared_extras x WHERE x.source_id = i.source_id AND x.id = i.shared_id), i.extra) AS extra
FROM images i JOIN sources s ON s.id = i.source_id JOIN families f ON f.id = i.family_id
WHERE s.id IN (SELECT source_id FROM backend_sources);
