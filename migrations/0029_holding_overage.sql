-- How much of what is held was not there when it was taken.
ALTER TABLE holdings ADD COLUMN overage INTEGER NOT NULL DEFAULT 0 CHECK (overage >= 0);
