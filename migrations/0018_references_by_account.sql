-- What stands for a product is known by account: one text means something else in another account of Stripe. Elsewhere ids
-- are the same in all shops, and `account` is empty, as it is for one's own. The keys get a column, so the tables are made
-- anew, with all of their rows.
CREATE TABLE product_references_by_account (
  provider TEXT NOT NULL,
  account TEXT NOT NULL DEFAULT '',
  ref TEXT NOT NULL,
  product_id TEXT NOT NULL,
  PRIMARY KEY (provider, account, ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE retired_references_by_account (
  provider TEXT NOT NULL,
  account TEXT NOT NULL DEFAULT '',
  ref TEXT NOT NULL,
  catalog_version INTEGER NOT NULL,
  PRIMARY KEY (provider, account, ref)
) STRICT, WITHOUT ROWID;

INSERT INTO product_references_by_account (provider, account, ref, product_id)
SELECT provider, '', ref, product_id FROM product_references;

INSERT INTO retired_references_by_account (provider, account, ref, catalog_version)
SELECT provider, '', ref, catalog_version FROM retired_references;

-- What was sold by a connected account before this stays what it was there: nothing is taken because a rule is new.
INSERT INTO product_references_by_account (provider, account, ref, product_id)
SELECT DISTINCT mapped.provider, sold.account, mapped.ref, mapped.product_id
FROM product_references AS mapped
JOIN source_references AS sold ON sold.provider = mapped.provider AND sold.reference = mapped.ref
WHERE mapped.provider = 'stripe' AND sold.account <> '';

INSERT INTO retired_references_by_account (provider, account, ref, catalog_version)
SELECT DISTINCT retired.provider, sold.account, retired.ref, retired.catalog_version
FROM retired_references AS retired
JOIN source_references AS sold ON sold.provider = retired.provider AND sold.reference = retired.ref
WHERE retired.provider = 'stripe' AND sold.account <> '';

DROP TABLE product_references;
ALTER TABLE product_references_by_account RENAME TO product_references;
CREATE INDEX product_references_by_product ON product_references (product_id);

DROP TABLE retired_references;
ALTER TABLE retired_references_by_account RENAME TO retired_references;
