-- What a key was answered, written shorter: with codes for what every answer says, and for what the entry at `place` says already.
-- NULL where headers and body stand as they were sent.
ALTER TABLE receipts ADD COLUMN packed TEXT;
ALTER TABLE receipts ADD COLUMN place INTEGER;
