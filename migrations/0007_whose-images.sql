CREATE TABLE `absent_images` (
	-- Images that none of the refused listings in a row had: these alone are retired when such a listing is believed.
	`id` integer PRIMARY KEY NOT NULL, -- a row of images
	`source_id` integer NOT NULL,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `accounts` (
	-- Accounts that clouds named for configured credentials. Kept while a cloud does not answer who asks.
	`credentials` text PRIMARY KEY NOT NULL, -- a keyed fingerprint, as in backends
	`account` text NOT NULL,
	`proven_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `counters` (
	-- Numbers that are never given twice, such as the ids of sources.
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `held_views` (
	-- Own sources that a backend showed before its credentials, region or address were changed. No route reaches them.
	`backend_id` text NOT NULL,
	`source_id` integer NOT NULL,
	`hidden_at` text NOT NULL,
	PRIMARY KEY(`backend_id`, `source_id`),
	FOREIGN KEY (`backend_id`) REFERENCES `backends`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `held_views_by_source` ON `held_views` (`source_id`);--> statement-breakpoint
CREATE TABLE `source_parts` (
	-- Parts of a source that are listed on their own: a node, a repository, a project.
	`source_id` integer NOT NULL,
	`part` text NOT NULL,
	`listed_at` text, -- null: never listed
	`code` text, -- why the last listing went without it; null: it was listed
	`error` text,
	PRIMARY KEY(`source_id`, `part`),
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
ALTER TABLE `backends` ADD `credentials` text;--> statement-breakpoint
ALTER TABLE `images` ADD `part` text;--> statement-breakpoint
ALTER TABLE `runs` ADD `code` text;--> statement-breakpoint
ALTER TABLE `sources` ADD `place` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `sources` ADD `account` text;--> statement-breakpoint
ALTER TABLE `sources` ADD `facts_format` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sources` ADD `index_format` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sources` ADD `shrunk_listings` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sources` ADD `shrunk_since` text;--> statement-breakpoint
UPDATE `sources` SET `place` = `key` WHERE `scope` = 'public';--> statement-breakpoint
-- Older releases named own sources after the backend, not after the account: one may hold the images of another account
-- than the one that its backend has now. They are dropped; each is listed anew.
DELETE FROM `webhook_deliveries` WHERE `type` = 'images.changed' AND `state` <> 'delivered'
	AND coalesce(`run_id`, 0) NOT IN (SELECT r.id FROM `runs` r JOIN `sources` s ON s.id = r.source_id WHERE s.scope = 'public');--> statement-breakpoint
INSERT INTO `counters` SELECT 'source', 2 * coalesce(max(`id`), 0) FROM `sources`;--> statement-breakpoint
INSERT INTO `sources` (`id`, `key`, `provider`, `scope`)
	SELECT `id` + (SELECT `value` / 2 FROM `counters` WHERE `name` = 'source'), `provider` || ' own new-' || (`id` + (SELECT `value` / 2 FROM `counters` WHERE `name` = 'source')), `provider`, `scope`
	FROM `sources` WHERE `scope` = 'own';--> statement-breakpoint
UPDATE `backend_sources` SET `source_id` = `source_id` + (SELECT `value` / 2 FROM `counters` WHERE `name` = 'source')
	WHERE `source_id` IN (SELECT `id` FROM `sources` WHERE `scope` = 'own');--> statement-breakpoint
DELETE FROM `images` WHERE `source_id` IN (SELECT `id` FROM `sources` WHERE `scope` = 'own');--> statement-breakpoint
DELETE FROM `sources` WHERE `scope` = 'own' AND `id` <= (SELECT `value` / 2 FROM `counters` WHERE `name` = 'source');--> statement-breakpoint
DELETE FROM `families` WHERE `id` NOT IN (SELECT `family_id` FROM `images`);--> statement-breakpoint
CREATE INDEX `images_of_known_families` ON `images` (`source_id`,`family_id`,`created_at`,`publisher`,`description`,`platform`,`architecture`,`owner_alias`) WHERE latest = 1 AND trust <> 'community' AND position IS NOT NULL;--> statement-breakpoint
-- Only what a backend shows is readable; the last images of a removed backend are not, until they are gone.
DROP VIEW `readable_images`;--> statement-breakpoint
CREATE VIEW readable_images AS
SELECT s.key AS source, i.image_id, i.name, i.publisher, i.trust, i.owner_id, i.owner_alias, i.platform, i.architecture, i.root_device_type,
  i.visibility, f.name AS family, i.latest, i.created_at, i.deprecated_at, i.first_seen,
  coalesce(i.last_seen, s.synced_at) AS last_seen, i.retired_at, i.description, i.keywords, i.extra
FROM images i JOIN sources s ON s.id = i.source_id JOIN families f ON f.id = i.family_id
WHERE s.id IN (SELECT source_id FROM backend_sources);
