-- The catalog that a source was last settled with, beside each reference that it names: who has not followed a change stands
-- first in the index, and nobody walks past those who have. 0 of what was settled before this, or by a version that does not
-- know the column: it is settled once more when its product changes, and nothing comes of it.
ALTER TABLE source_references ADD COLUMN catalog_version INTEGER NOT NULL DEFAULT 0;

DROP INDEX source_references_by_reference;
CREATE INDEX source_references_by_reference
  ON source_references (provider, reference, catalog_version, user_id, account, ref);
