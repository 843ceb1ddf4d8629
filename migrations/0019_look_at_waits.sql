-- What a sweep looks at of the events that wait, for keys that are there by now: by their ids, after `begins` and up to `ends`.
-- The next sweep goes on from there; `~` stands behind all ids, and then it begins anew.
CREATE TABLE look_at_waits (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  begins TEXT NOT NULL,
  ends TEXT NOT NULL
) STRICT;

INSERT INTO look_at_waits (id, begins, ends) VALUES (1, '', '~');
