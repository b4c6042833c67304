ALTER TABLE `images` ADD `os` text; -- ubuntu, debian, rhel, windows; null: unknown
--> statement-breakpoint
ALTER TABLE `images` ADD `os_version` text; -- 22.04, 9.4, 2022
--> statement-breakpoint
ALTER TABLE `images` ADD `os_codename` text; -- jammy
--> statement-breakpoint
ALTER TABLE `images` ADD `state` text DEFAULT 'available' NOT NULL; -- available, pending, disabled, failed
--> statement-breakpoint
ALTER TABLE `images` ADD `hidden` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `images` ADD `virtualization_type` text;--> statement-breakpoint
ALTER TABLE `images` ADD `line` text; -- publisher, product, variant, architecture, major version; null: the line is the family
--> statement-breakpoint
ALTER TABLE `images` ADD `ordered_at` text; -- created_at; null where a build of the family has none, and the names tell which is newer
--> statement-breakpoint
DROP VIEW `readable_images`;--> statement-breakpoint
-- Only what a backend shows is readable; the last images of a removed backend are not, until they are gone.
CREATE VIEW readable_images AS
SELECT s.key AS source, i.image_id, i.name, i.publisher, i.trust, i.owner_id, i.owner_alias, i.platform, i.architecture,
  i.os, i.os_version, i.os_codename, i.state, i.hidden, i.root_device_type, i.virtualization_type, i.visibility,
  nullif(f.name, '') AS family, i.line, i.latest, i.created_at, i.deprecated_at, i.first_seen,
  coalesce(i.last_seen, s.synced_at) AS last_seen, i.retired_at, i.description, i.keywords, i.extra
FROM images i JOIN sources s ON s.id = i.source_id JOIN families f ON f.id = i.family_id
WHERE s.id IN (SELECT source_id FROM backend_sources);
