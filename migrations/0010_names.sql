-- Every name that was told of a purchase, and where it stood: whose the purchase is, and which user its customer is,
-- follows from the set of them, in whatever order they came. `id` is the one by which the purchase was named.
CREATE TABLE names (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  id TEXT NOT NULL,
  -- `hand`, `moved`, `own` or `session`: see `namedUser`.
  rank TEXT NOT NULL,
  user_id TEXT NOT NULL,
  -- The customer of whom it was told; empty where none was.
  customer_id TEXT NOT NULL,
  -- Of a word by hand and of a move, of which the last counts; 0 of what a payload says.
  told_at INTEGER NOT NULL,
  PRIMARY KEY (provider, account, id, rank, user_id, customer_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX names_by_customer ON names (provider, account, customer_id, user_id) WHERE customer_id <> '';

-- 0 for what was claimed before names were kept: it stays with its user until it is moved by hand. The user is empty
-- where several ids are known to stand for one purchase of which nobody is the user (yet).
ALTER TABLE refs ADD COLUMN keeps_names INTEGER NOT NULL DEFAULT 0 CHECK (keeps_names IN (0, 1));

-- 1 where the customer is linked by the names of what they bought alone.
ALTER TABLE customers ADD COLUMN by_names INTEGER NOT NULL DEFAULT 0 CHECK (by_names IN (0, 1));
-- When the provider or the shop said of the customer alone who that is.
ALTER TABLE customers ADD COLUMN told_at INTEGER;
-- To whom the provider has transferred also what names its user.
ALTER TABLE customers ADD COLUMN renamed_to TEXT;

-- Sources whose user has become another: they follow by a job that can stop and go on.
CREATE TABLE source_moves (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  source_ref TEXT NOT NULL,
  -- Another with every change of the user: of two that overtake each other the later one counts.
  move_id TEXT NOT NULL,
  -- The users who may still have something of it, as JSON.
  moving_from TEXT NOT NULL CHECK (json_valid(moving_from)),
  -- Null where there is nothing to do: the source is withheld from everybody.
  due_at INTEGER,
  PRIMARY KEY (provider, account, source_ref)
) STRICT, WITHOUT ROWID;

CREATE INDEX source_moves_due ON source_moves (due_at) WHERE due_at IS NOT NULL;
