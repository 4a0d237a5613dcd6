-- True before a refund is first asked for. The request may be heard late, so the order is never confirmed from then on.
ALTER TABLE orders ADD COLUMN refund_asked boolean NOT NULL DEFAULT false;
