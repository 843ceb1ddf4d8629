-- How long what is bought once lasts, as JSON; null: for ever.
ALTER TABLE products ADD COLUMN duration TEXT CHECK (json_valid(duration));

-- References that somebody took out of the catalog: what was bought by them gives nothing, and nothing in its place.
CREATE TABLE retired_references (
  provider TEXT NOT NULL,
  ref TEXT NOT NULL,
  catalog_version INTEGER NOT NULL,
  PRIMARY KEY (provider, ref)
) STRICT, WITHOUT ROWID;
