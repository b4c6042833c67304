CREATE TABLE `access_tokens` (
	-- Who may ask over HTTP, beside the tokens of the settings.
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL, -- SHA-256, hexadecimal: the token itself is kept nowhere
	`scope` text NOT NULL, -- read or admin
	`backends` text, -- JSON array of the ids of the backends that it is for; null: all
	`created_at` text NOT NULL,
	`expires_at` text, -- from then on it lets nobody in; null: never
	`last_used_at` text -- to the minute
);
--> statement-breakpoint
CREATE UNIQUE INDEX `access_tokens_hash_unique` ON `access_tokens` (`hash`);
