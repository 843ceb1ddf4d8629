-- What a user's ledger has left of a source that is no longer theirs, written with its release and kept until whose the
-- source is now has taken it over. Of one that is nobody's it stays.
CREATE TABLE handed_over (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  ref TEXT NOT NULL,
  user_id TEXT NOT NULL,
  moved TEXT NOT NULL CHECK (json_valid(moved)),
  PRIMARY KEY (provider, account, ref, user_id)
) STRICT, WITHOUT ROWID;
