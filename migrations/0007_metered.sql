-- Only a metered feature counts in something and may be spent beyond what is there.
ALTER TABLE features ADD COLUMN unit TEXT;
ALTER TABLE features ADD COLUMN overage TEXT NOT NULL DEFAULT 'deny' CHECK (overage IN ('deny', 'allow'));

-- What was spent of an entitlement in the newest period in which something was; `name` is what its takes call that
-- period. A projection of the entries.
CREATE TABLE lots (
  user_id TEXT NOT NULL,
  entitlement_id TEXT NOT NULL,
  period INTEGER,
  name INTEGER,
  carried INTEGER NOT NULL CHECK (carried >= 0),
  used INTEGER NOT NULL CHECK (used >= 0),
  forgiven INTEGER NOT NULL CHECK (forgiven >= 0),
  version INTEGER NOT NULL,
  PRIMARY KEY (user_id, entitlement_id)
) STRICT, WITHOUT ROWID;

-- What is held, until it is resolved or an entry after its end is recorded. A projection of the entries.
CREATE TABLE reservations (
  user_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  feature TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  takes TEXT NOT NULL CHECK (json_valid(takes)),
  overage INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, seq)
) STRICT, WITHOUT ROWID;

-- What became of the consumption or reservation that the entry at `seq` recorded. A projection of the entries.
CREATE TABLE resolutions (
  user_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  version INTEGER NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('reversed', 'committed', 'released')),
  amount INTEGER NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (user_id, seq)
) STRICT, WITHOUT ROWID;
