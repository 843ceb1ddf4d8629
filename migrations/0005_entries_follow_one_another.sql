CREATE TRIGGER entries_follow_one_another BEFORE INSERT ON entries
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entries WHERE user_id = NEW.user_id)
BEGIN
  SELECT RAISE(ABORT, 'entries follow one another');
END;
