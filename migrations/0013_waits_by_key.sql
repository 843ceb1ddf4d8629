-- What waits for a product's reference waits for it in all accounts of the provider.
CREATE INDEX inbox_waits_by_key ON inbox_waits (provider, key);
