-- Which of a provider's accounts a right came from; empty where there is one, and for rights given by hand.
ALTER TABLE entitlements ADD COLUMN account TEXT NOT NULL DEFAULT '';
-- Held back by its source, as in a dispute.
ALTER TABLE entitlements ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));
-- No longer given by its source: kept for what was done to it by hand, and shown to nobody.
ALTER TABLE entitlements ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1));

-- What is known of each checkout source of a user: a projection of the entries, as entitlements are.
CREATE TABLE sources (
  user_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  ref TEXT NOT NULL,
  register TEXT NOT NULL CHECK (json_valid(register)),
  version INTEGER NOT NULL CHECK (version >= 1),
  -- The catalog that its entitlements were computed with; no part of the fold.
  catalog_version INTEGER NOT NULL,
  PRIMARY KEY (user_id, provider, account, ref)
) STRICT, WITHOUT ROWID;

-- The product references that a source's register names, to find the sources of a product.
CREATE TABLE source_references (
  user_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  ref TEXT NOT NULL,
  reference TEXT NOT NULL,
  PRIMARY KEY (user_id, provider, account, ref, reference)
) STRICT, WITHOUT ROWID;

CREATE INDEX source_references_by_reference ON source_references (provider, reference, user_id, account, ref);

-- Across users: who owns a subscription, payment, charge, invoice or order, and by which source of theirs.
CREATE TABLE refs (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  source_ref TEXT NOT NULL,
  -- The customer under whom the source was claimed, so that it follows when the customer is moved.
  customer_id TEXT,
  PRIMARY KEY (provider, account, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX refs_by_customer ON refs (provider, account, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX refs_by_source ON refs (provider, account, source_ref);

-- Across users: which user a provider's customer is, and since when if that was moved.
CREATE TABLE customers (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  -- Null for a link by a payload, which the first wins; else the moment of the last move, which no link undoes.
  moved_at INTEGER,
  -- The users from whom everything still has to be moved, as JSON, by a job that can stop and go on; null when done.
  moving_from TEXT,
  PRIMARY KEY (provider, account, customer_id)
) STRICT, WITHOUT ROWID;

-- Every verified event, once for ever. The body is gzip and is dropped in time; the row and its hash stay. What is
-- large is at the end, and in no index: who lists events reads no bodies.
CREATE TABLE inbox (
  id TEXT PRIMARY KEY NOT NULL,
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  mode TEXT,
  occurred_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  body_sha256 TEXT NOT NULL,
  -- Of what the event says in our words: a provider may tell the same in other bytes.
  facts_sha256 TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  flags TEXT NOT NULL DEFAULT '[]',
  user_id TEXT,
  versions TEXT NOT NULL DEFAULT '[]',
  deliveries INTEGER NOT NULL DEFAULT 1,
  conflicts TEXT NOT NULL DEFAULT '[]',
  replays INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER,
  headers TEXT NOT NULL CHECK (json_valid(headers)),
  reread TEXT,
  body BLOB,
  UNIQUE (provider, account, event_id)
) STRICT;

-- For the listing by people, newest first.
CREATE INDEX inbox_by_state ON inbox (state, id);
CREATE INDEX inbox_by_user ON inbox (user_id, id) WHERE user_id IS NOT NULL;

-- For the sweep.
CREATE INDEX inbox_by_next_attempt ON inbox (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX inbox_with_body ON inbox (state, received_at) WHERE body IS NOT NULL;

-- References whose product was changed: their sources are settled again, by a job that can stop and go on.
CREATE TABLE changed_references (
  provider TEXT NOT NULL,
  ref TEXT NOT NULL,
  catalog_version INTEGER NOT NULL,
  -- By the change of which product, though that may no longer be sold by it.
  product_id TEXT NOT NULL,
  PRIMARY KEY (provider, ref)
) STRICT, WITHOUT ROWID;

CREATE INDEX changed_references_by_product ON changed_references (product_id);

-- What an event waits for: `customer:cus_1`, `ref:pi_1`, `product:price_1`.
CREATE TABLE inbox_waits (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  key TEXT NOT NULL,
  inbox_id TEXT NOT NULL,
  PRIMARY KEY (provider, account, key, inbox_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX inbox_waits_by_event ON inbox_waits (inbox_id);
