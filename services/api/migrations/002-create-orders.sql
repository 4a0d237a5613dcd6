-- One row an order, from the first moment of its checkout. What it was made of (items, prices) never changes afterwards.
CREATE TABLE orders (
  id              uuid        PRIMARY KEY,
  -- Empty again when a checkout failed and was undone, so that the same key may try anew.
  idempotency_key text        UNIQUE,
  -- Of the caller and the body: the same key with another body is refused.
  body_hash       text        NOT NULL,
  state           text        NOT NULL CHECK (state IN ('pending', 'reserved', 'charged', 'confirmed', 'cancelled')),
  email           text        NOT NULL,
  country         text        NOT NULL,
  segment         text        NOT NULL,
  items           jsonb       NOT NULL,
  shipping_cents  integer     NOT NULL,
  total_cents     bigint      NOT NULL,
  history         jsonb       NOT NULL,
  -- Why a cancelled order was refused (out of stock, declined); empty when it failed and was undone.
  refusal         jsonb,
  created_at      timestamptz NOT NULL,
  -- When recovery may take the order over; empty once it is confirmed or cancelled.
  recover_at      timestamptz,
  -- Grows with every take-over. A step is written only under the attempt that it began with, so that a request which was
  -- thought dead cannot undo what recovery did.
  attempt         integer     NOT NULL DEFAULT 1,
  -- traceparent, tracestate and baggage of the checkout: recovery goes on in the same trace.
  trace_context   jsonb       NOT NULL
);

CREATE INDEX orders_to_recover ON orders (recover_at) WHERE recover_at IS NOT NULL;
CREATE INDEX orders_by_age ON orders (created_at);
