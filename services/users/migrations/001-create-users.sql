-- Customers, each with what their confirmed orders come to. Rows change with every order: room is left in each page for that,
-- and what changes stands in no index but for the time at which a segment runs out.
CREATE TABLE users (
  id                uuid        PRIMARY KEY,
  email             text        NOT NULL,
  name              text        NOT NULL,
  country           text        NOT NULL,
  segment           text        NOT NULL CHECK (segment IN ('new', 'returning', 'vip', 'at_risk', 'churned')),
  -- Sample customers keep the segment that they were seeded with, and are never removed as the oldest.
  is_sample         boolean     NOT NULL DEFAULT false,
  created_at        timestamptz NOT NULL,
  order_count       integer     NOT NULL DEFAULT 0,
  order_total_cents bigint      NOT NULL DEFAULT 0,
  last_order_at     timestamptz,
  -- From then on the segment may be another by the passing of time alone; empty where time changes nothing any more.
  segment_until     timestamptz
) WITH (fillfactor = 80);

-- One customer an address, whatever the case that it is typed in.
CREATE UNIQUE INDEX users_by_email ON users (lower(email));
CREATE INDEX users_by_sign_up ON users (created_at, id);
CREATE INDEX users_by_segment_end ON users (segment_until) WHERE segment_until IS NOT NULL;

-- Order events that are in the figures already, so that a second delivery changes nothing.
CREATE TABLE recorded_orders (
  event_id    uuid        PRIMARY KEY,
  recorded_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX recorded_orders_by_age ON recorded_orders (recorded_at);
