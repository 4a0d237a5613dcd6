-- One row an order. A released row stays for a while: it refuses a reserve call that was overtaken by its own release.
CREATE TABLE reservations (
  order_id   uuid        PRIMARY KEY,
  state      text        NOT NULL CHECK (state IN ('held', 'committed', 'released')),
  items      jsonb       NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);

CREATE INDEX reservations_held ON reservations (expires_at) WHERE state = 'held';
CREATE INDEX reservations_by_age ON reservations (created_at);
