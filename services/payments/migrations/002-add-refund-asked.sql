-- When the order was first to be given back. Written before the provider is asked: from then on a row that still says `pending` or
-- `charged` is a refund under way, and nothing is delivered for it. A mark and no state of its own, since the version before this one
-- may run beside it, and takes a state that it does not know for nothing charged.
ALTER TABLE charges ADD COLUMN refund_asked_at timestamptz;
