-- In whose turn an event is processed while others are due: of the customer, else of the purchase, that it speaks of.
-- Events that came before this have each a turn of their own.
ALTER TABLE inbox ADD COLUMN turn_of TEXT;
