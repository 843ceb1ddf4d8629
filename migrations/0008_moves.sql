-- The moves that are not carried out, so that the sweep finds them without a look at every customer.
CREATE INDEX customers_moving ON customers (moved_at) WHERE moving_from IS NOT NULL;
