-- The catalogue. Rows are seeded at start from catalogue.txt.
CREATE TABLE products (
  id          integer PRIMARY KEY,
  name        text    NOT NULL,
  description text    NOT NULL,
  category    text    NOT NULL,
  price_cents integer NOT NULL CHECK (price_cents >= 0)
);

CREATE INDEX products_by_category ON products (category, id);
