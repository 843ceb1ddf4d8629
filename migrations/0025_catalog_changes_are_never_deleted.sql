CREATE TRIGGER catalog_changes_are_never_deleted BEFORE DELETE ON catalog_changes
BEGIN
  SELECT RAISE(ABORT, 'changes of the catalog are never deleted');
END;
