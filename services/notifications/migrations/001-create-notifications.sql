-- One row an event. It holds no address: who was written to is in the order.
CREATE TABLE notifications (
  event_id uuid PRIMARY KEY,
  order_id uuid NOT NULL,
  template text NOT NULL,
  state text NOT NULL CHECK (state IN ('accepted', 'sent')),
  accepted_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz
);

CREATE INDEX notifications_accepted_at ON notifications (accepted_at);
