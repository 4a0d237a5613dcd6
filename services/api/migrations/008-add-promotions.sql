-- Codes that take something off an order's items. `uses` is changed in the order's own transaction: taken when the order is
-- created, given back when it is cancelled.
CREATE TABLE promotions (
  code      text        PRIMARY KEY CHECK (code = upper(code)),
  kind      text        NOT NULL CHECK (kind IN ('percentage', 'fixed')),
  percent   integer     CHECK (percent BETWEEN 1 AND 100),
  cents     integer     CHECK (cents > 0),
  starts_at timestamptz NOT NULL,
  ends_at   timestamptz,
  -- Empty where any number of orders may use it.
  use_limit integer     CHECK (use_limit >= 0),
  uses      integer     NOT NULL DEFAULT 0 CHECK (uses >= 0),
  CHECK ((kind = 'percentage') = (percent IS NOT NULL)),
  CHECK ((kind = 'fixed') = (cents IS NOT NULL)),
  -- The last word on the limit, whatever a statement does.
  CONSTRAINT promotions_within_limit CHECK (uses <= use_limit)
);
