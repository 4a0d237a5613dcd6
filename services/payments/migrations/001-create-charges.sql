-- One row an order. `pending` is written before the provider is asked, so that a crash in between leaves a trace to settle.
-- `void` keeps an order that was refunded before it was ever charged from being charged by a late request.
CREATE TABLE charges (
  order_id uuid PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('pending', 'charged', 'declined', 'refunded', 'void')),
  amount_cents bigint CHECK (amount_cents >= 0),
  country text,
  reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  settled_at timestamptz,
  CHECK (state = 'void' OR (amount_cents IS NOT NULL AND country IS NOT NULL))
);

-- For tidying up: pending rows are never among them.
CREATE INDEX charges_settled_at ON charges (settled_at) WHERE settled_at IS NOT NULL;
