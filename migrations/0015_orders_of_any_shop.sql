-- Shopify signs the body of an event and not the header that names its shop. The ids of orders are unique across all
-- shops, so an order is of the shop under which it was told first, whatever a header says later.
CREATE INDEX refs_of_shopify ON refs (id, account) WHERE provider = 'shopify';
