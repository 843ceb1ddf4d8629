-- How far a change of a product has come: the last source of this round, as JSON, after which the next look begins; empty at
-- the beginning of a round. What could not be settled is left to the next round, which begins after a pause.
ALTER TABLE changed_references ADD COLUMN goes_on_after TEXT NOT NULL DEFAULT '';
ALTER TABLE changed_references ADD COLUMN rounds INTEGER NOT NULL DEFAULT 0;
-- When it is looked at next: of several changes each has its turn.
ALTER TABLE changed_references ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0;

CREATE INDEX changed_references_due ON changed_references (due_at, catalog_version);

-- In which accounts a reference is mapped: only what waits in those is woken.
CREATE INDEX product_references_by_ref ON product_references (provider, ref);
