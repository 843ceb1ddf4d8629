-- The record. `bytes` is the canonical JSON of the entry exactly as it was hashed; all else is in it.
CREATE TABLE entries (
  user_id TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 1),
  bytes TEXT NOT NULL,
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  PRIMARY KEY (user_id, seq)
) STRICT, WITHOUT ROWID;

-- What may have to be erased: the entry holds only SHA-256(salt || json).
CREATE TABLE notes (
  user_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  salt TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (user_id, seq)
) STRICT, WITHOUT ROWID;

-- A projection of the entries, for reading and querying.
CREATE TABLE entitlements (
  user_id TEXT NOT NULL,
  id TEXT NOT NULL,
  feature TEXT NOT NULL,
  provider TEXT NOT NULL,
  source_ref TEXT NOT NULL,
  product TEXT,
  allowance TEXT NOT NULL CHECK (json_valid(allowance)),
  starts_at INTEGER,
  ends_at INTEGER,
  grace_ends_at INTEGER,
  trial INTEGER NOT NULL CHECK (trial IN (0, 1)),
  priority INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  suspended_at INTEGER,
  revoked_at INTEGER,
  metadata_seq INTEGER,
  version INTEGER NOT NULL CHECK (version >= 1),
  PRIMARY KEY (user_id, id),
  CHECK (ends_at > starts_at),
  CHECK (grace_ends_at IS NULL OR (ends_at IS NOT NULL AND grace_ends_at > ends_at))
) STRICT, WITHOUT ROWID;

CREATE INDEX entitlements_by_feature ON entitlements (feature, user_id, id);
CREATE INDEX entitlements_by_source_ref ON entitlements (source_ref, user_id, id);

-- What was answered to an idempotency key. `expires_at` is null for ever.
CREATE TABLE receipts (
  user_id TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL CHECK (json_valid(headers)),
  body TEXT NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX receipts_by_expiry ON receipts (expires_at) WHERE expires_at IS NOT NULL;

-- Inserting a 0 aborts the batch that does it: a compare-and-set that cannot miss silently.
CREATE TABLE guards (
  holds INTEGER NOT NULL CHECK (holds = 1)
) STRICT;

-- What seals the cursors of listings, so that nobody else can make one.
CREATE TABLE cursor_keys (
  key TEXT NOT NULL
) STRICT;

INSERT INTO cursor_keys (key) VALUES (hex(randomblob(32)));
