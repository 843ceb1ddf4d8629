-- Every transfer that a provider told, as a fact of its own: whose what was bought before it is follows from all of them
-- in the order of their moments, in whatever order they came.
CREATE TABLE transfers (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  -- The customer from whom it was.
  customer_id TEXT NOT NULL,
  moved_at INTEGER NOT NULL,
  -- The customer to whom it was, and which user that was then.
  to_customer TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (provider, account, customer_id, moved_at, to_customer)
) STRICT, WITHOUT ROWID;

CREATE INDEX transfers_by_receiver ON transfers (provider, account, to_customer);

-- Of transfers of before only the user was kept, by whose id the customer goes. `renamed_to` is written no more.
INSERT INTO transfers (provider, account, customer_id, moved_at, to_customer, user_id)
SELECT provider, account, customer_id, moved_at, renamed_to, renamed_to FROM customers
WHERE renamed_to IS NOT NULL AND moved_at IS NOT NULL;
