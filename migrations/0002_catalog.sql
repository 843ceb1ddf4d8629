-- One row. Every change of the catalog raises the version; batches guard the version they were decided with.
CREATE TABLE catalog (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL
) STRICT;

INSERT INTO catalog (id, version) VALUES (1, 0);

-- `version` is the catalog version of the last change of the row.
CREATE TABLE features (
  key TEXT PRIMARY KEY NOT NULL,
  type TEXT NOT NULL,
  name TEXT,
  archived_at INTEGER,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE products (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  features TEXT NOT NULL CHECK (json_valid(features)),
  archived_at INTEGER,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which product a provider's price, variant or product id stands for.
CREATE TABLE product_references (
  provider TEXT NOT NULL,
  ref TEXT NOT NULL,
  product_id TEXT NOT NULL,
  PRIMARY KEY (provider, ref)
) STRICT, WITHOUT ROWID;

CREATE INDEX product_references_by_product ON product_references (product_id);
