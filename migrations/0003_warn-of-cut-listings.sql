ALTER TABLE `runs` ADD `warning` text; -- what the listing may lack though it is complete, as far as its cloud says so
