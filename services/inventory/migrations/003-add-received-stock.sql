-- Goods that somebody brought in by hand, and the key under which a repeated request is known.
ALTER TABLE movements DROP CONSTRAINT movements_reason_check;
ALTER TABLE movements ADD CONSTRAINT movements_reason_check
  CHECK (reason IN ('opening', 'sold', 'restocked', 'set', 'received'));

ALTER TABLE movements ADD COLUMN idempotency_key text;
-- What was asked under that key.
ALTER TABLE movements ADD COLUMN asked jsonb;

CREATE UNIQUE INDEX movements_by_key ON movements (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX movements_by_product ON movements (product_id, id);
