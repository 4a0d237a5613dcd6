-- What customers say of products: one review of each customer and product.
CREATE TABLE reviews (
  product_id  integer     NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  -- Who wrote it, made from the e-mail address with a secret: it tells two customers apart and tells nobody who they are.
  author_id   text        NOT NULL,
  id          uuid        NOT NULL UNIQUE,
  rating      smallint    NOT NULL CHECK (rating BETWEEN 1 AND 5),
  title       text        NOT NULL,
  body        text        NOT NULL,
  author_name text        NOT NULL,
  written_at  timestamptz NOT NULL,
  PRIMARY KEY (product_id, author_id)
);

CREATE INDEX reviews_by_age ON reviews (product_id, written_at DESC, id DESC);
