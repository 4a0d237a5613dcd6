-- What is there of each product. `available` can be promised; `held` is promised to orders that are being paid.
CREATE TABLE stock (
  product_id integer PRIMARY KEY,
  available  integer NOT NULL CHECK (available >= 0),
  held       integer NOT NULL DEFAULT 0 CHECK (held >= 0),
  -- Below it the product is restocked; 0 switches that off.
  threshold  integer NOT NULL CHECK (threshold >= 0)
);

-- Every change that is not a reservation: sold, restocked, set by hand. `quantity` is what it did to the goods in the house.
CREATE TABLE movements (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id integer     NOT NULL,
  quantity   integer     NOT NULL,
  reason     text        NOT NULL CHECK (reason IN ('opening', 'sold', 'restocked', 'set')),
  at         timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX movements_by_age ON movements (at);
