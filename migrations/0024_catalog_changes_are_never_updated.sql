CREATE TRIGGER catalog_changes_are_never_updated BEFORE UPDATE ON catalog_changes
BEGIN
  SELECT RAISE(ABORT, 'changes of the catalog are never updated');
END;
