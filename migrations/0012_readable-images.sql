DROP VIEW `readable_images`;--> statement-breakpoint
-- A row for each image of each source that a backend shows, present or retired; the last images of a removed backend are not
-- readable, until they are gone. What is looked up for a row costs nothing where a query does not name it.
CREATE VIEW readable_images AS
SELECT s.key AS source,
  -- Of the oldest backend that shows the source.
  s.provider, (SELECT b.region FROM backend_sources o JOIN backends b ON b.id = o.backend_id WHERE o.source_id = s.id
    ORDER BY b.created_at, b.id LIMIT 1) AS region,
  -- The ids of all backends that show it, separated by commas.
  (SELECT group_concat(id) FROM (SELECT o.backend_id AS id FROM backend_sources o WHERE o.source_id = s.id ORDER BY id)) AS backend,
  -- `id` in the table `images`, whose index of folded names finds parts of names quickly.
  i.id AS row_id, i.image_id, i.name, i.publisher, i.trust, i.owner_id, i.owner_alias, i.platform, i.architecture,
  i.os, i.os_version, i.os_codename, i.state, i.hidden, i.root_device_type, i.virtualization_type, i.visibility,
  (SELECT nullif(f.name, '') FROM families f WHERE f.id = i.family_id) AS family, i.line, i.latest,
  -- 1: the newest build of its family that can be launched, and listed.
  i.latest AND i.retired_at IS NULL AS is_newest,
  i.created_at, i.deprecated_at, i.first_seen,
  coalesce(i.last_seen, s.synced_at) AS last_seen, i.retired_at, i.description,
  -- The disk in GB that a machine needs at least, where the cloud tells.
  (SELECT coalesce(
      (SELECT sum(m.value ->> '$.ebs.volume_size') FROM json_each(w.extra, '$.block_device_mapping') m),
      nullif(CAST(coalesce(w.extra ->> 'minDisk', w.extra ->> 'min_disk_size', w.extra ->> 'disk_size',
        w.extra ->> 'diskSizeGb') AS INTEGER), 0))
    FROM (SELECT coalesce((SELECT substr(x.extra, 1, length(x.extra) - 1) || iif(i.extra = '{}', '', ',') || substr(i.extra, 2)
      FROM shared_extras x WHERE x.source_id = i.source_id AND x.id = i.shared_id), i.extra) AS extra) w) AS disk_gb,
  i.keywords,
  coalesce((SELECT substr(x.extra, 1, length(x.extra) - 1) || iif(i.extra = '{}', '', ',') || substr(i.extra, 2)
    FROM shared_extras x WHERE x.source_id = i.source_id AND x.id = i.shared_id), i.extra) AS extra
FROM images i JOIN sources s ON s.id = i.source_id
WHERE s.id IN (SELECT source_id FROM backend_sources);
