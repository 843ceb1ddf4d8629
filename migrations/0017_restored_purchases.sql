-- In which store a purchase was made, and which one a transfer is of, where that is told: a transfer takes nothing that was
-- bought elsewhere.
ALTER TABLE refs ADD COLUMN store TEXT NOT NULL DEFAULT '';
ALTER TABLE transfers ADD COLUMN store TEXT NOT NULL DEFAULT '';
-- When a name was told last, of purchases whose store is told: whom the provider names after a transfer has what was bought.
ALTER TABLE names ADD COLUMN last_told_at INTEGER NOT NULL DEFAULT 0;
-- 0 where it takes a purchase only if that is clear: no event says which of several were restored.
ALTER TABLE transfers ADD COLUMN takes_all INTEGER NOT NULL DEFAULT 1 CHECK (takes_all IN (0, 1));
