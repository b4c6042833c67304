-- Every image, present or retired, with what its row leaves to other tables.
CREATE VIEW readable_images AS
SELECT s.key AS source, i.image_id, i.name, i.publisher, i.trust, i.owner_id, i.owner_alias, i.platform, i.architecture, i.root_device_type,
  i.visibility, f.name AS family, i.latest, i.created_at, i.deprecated_at, i.first_seen,
  coalesce(i.last_seen, s.synced_at) AS last_seen, i.retired_at, i.description, i.keywords, i.extra
FROM images i JOIN sources s ON s.id = i.source_id JOIN families f ON f.id = i.family_id;
