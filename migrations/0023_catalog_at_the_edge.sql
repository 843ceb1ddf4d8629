-- How several values of a config feature become one; it never changes.
ALTER TABLE features ADD COLUMN combine TEXT NOT NULL DEFAULT 'latest';
-- Since when nobody may use it; NULL while it is switched on.
ALTER TABLE features ADD COLUMN disabled_at INTEGER;
-- Which share of all users has the product without a row, as JSON {"percent":…,"seed":…}; NULL where nobody has it so.
ALTER TABLE products ADD COLUMN everyone TEXT CHECK (everyone IS NULL OR json_valid(everyone));

-- Every change of the catalog: `what` is the feature or the product as it is since then. `at` is NULL, and nobody is named, of
-- what was there before changes were recorded.
CREATE TABLE catalog_changes (
  version INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('feature', 'product')),
  key TEXT NOT NULL,
  at INTEGER,
  actor TEXT,
  reason TEXT,
  what TEXT NOT NULL CHECK (json_valid(what)),
  PRIMARY KEY (version, kind, key)
) STRICT, WITHOUT ROWID;

INSERT INTO catalog_changes (version, kind, key, what)
SELECT version, 'feature', key, json_object('key', key, 'type', type, 'name', name, 'unit', unit, 'overage', overage,
  'combine', combine, 'archivedAt', archived_at, 'disabledAt', disabled_at, 'version', version)
FROM features;

INSERT INTO catalog_changes (version, kind, key, what)
SELECT version, 'product', id, json_object('id', id, 'name', name, 'features', json(features),
  'duration', json(coalesce(duration, 'null')), 'everyone', NULL, 'references',
  (SELECT coalesce(json_group_array(json_object('provider', provider, 'account', account, 'ref', ref)), json_array())
    FROM product_references WHERE product_id = id),
  'archivedAt', archived_at, 'version', version)
FROM products;
