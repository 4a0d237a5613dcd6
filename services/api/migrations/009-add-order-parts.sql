ALTER TABLE orders
  -- Empty where nobody signed up with the address, or users could not say in time.
  ADD COLUMN customer_name   text,
  ADD COLUMN promotion_code  text,
  ADD COLUMN discount_cents  bigint  NOT NULL DEFAULT 0 CHECK (discount_cents >= 0),
  ADD COLUMN shipping_source text    NOT NULL DEFAULT 'flat' CHECK (shipping_source IN ('carrier', 'flat')),
  -- The past orders of the customers that the shop opens with: never charged, never removed, in no metric.
  ADD COLUMN is_sample       boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT orders_total_not_negative CHECK (total_cents >= 0);

-- Old samples would stand in the way of every look for what is to be removed.
CREATE INDEX orders_to_remove ON orders (created_at) WHERE recover_at IS NULL AND NOT is_sample;
