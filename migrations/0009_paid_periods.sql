-- Whether what was used of it, once it is withdrawn, stays used in what its source gives instead.
ALTER TABLE entitlements ADD COLUMN usage_stays INTEGER NOT NULL DEFAULT 0 CHECK (usage_stays IN (0, 1));
-- What was used in other periods that were paid for: a source may come back to one of them.
ALTER TABLE lots ADD COLUMN others TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(others));
