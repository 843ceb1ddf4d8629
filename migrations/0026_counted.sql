-- Whether what is taken of a metered feature is held by somebody until it is let go of; it never changes.
ALTER TABLE features ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));
-- For how long what is taken counts, in milliseconds; NULL where the amount is no rolling limit. It never changes.
ALTER TABLE features ADD COLUMN window_ms INTEGER CHECK (window_ms > 0);
-- Whose lots it spends instead of its own, and at which rate: {"feature":…,"rate":{"amount":…,"per":…},"requiresRight":…}.
ALTER TABLE features ADD COLUMN spends TEXT CHECK (spends IS NULL OR json_valid(spends));
-- How far below zero it may be spent where its overage is allowed; NULL for as far as anybody likes.
ALTER TABLE features ADD COLUMN overage_max INTEGER CHECK (overage_max >= 0);

-- What is held of a feature, by the entry that recorded it. Who holds it stands in that entry's note. A projection of the entries.
CREATE TABLE holdings (
  user_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  feature TEXT NOT NULL,
  taken INTEGER NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  version INTEGER NOT NULL,
  PRIMARY KEY (user_id, seq)
) STRICT, WITHOUT ROWID;

-- What was taken of a feature within its rolling window: `takes` is [[moment, amount], …], each moment
-- counted from the one before. A projection of the entries.
CREATE TABLE windows (
  user_id TEXT NOT NULL,
  feature TEXT NOT NULL,
  window_ms INTEGER NOT NULL CHECK (window_ms > 0),
  takes TEXT NOT NULL CHECK (json_valid(takes)),
  version INTEGER NOT NULL,
  PRIMARY KEY (user_id, feature)
) STRICT, WITHOUT ROWID;

-- What a reservation holds of what, where it is not the amount of the feature's own lots; NULL where it is.
ALTER TABLE reservations ADD COLUMN more TEXT CHECK (more IS NULL OR json_valid(more));
-- When a lease had lapsed that nobody let go of; NULL of what was committed, released or reversed.
ALTER TABLE resolutions ADD COLUMN lapsed_at INTEGER;
