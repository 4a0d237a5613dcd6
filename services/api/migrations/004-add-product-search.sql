-- Full-text search. The words of a product are kept with it, so that a search reads no text: a hit in the name counts most, then
-- the category, then the description.
ALTER TABLE products ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
  setweight(to_tsvector('english', name), 'A') ||
  setweight(to_tsvector('english', category), 'B') ||
  setweight(to_tsvector('english', description), 'C')) STORED;

-- New entries wait in a list that every search reads from end to end: 4 MB by default, which would cost a search more than the
-- index does. Here it is 256 kB at most.
CREATE INDEX products_by_search ON products USING gin (search) WITH (gin_pending_list_limit = 256);

-- The words of all products, as they are written: a word that matches nothing is looked up here for the one that was meant.
-- Letters only, so that it grows with the language of the shop and not with its products.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE product_words (word text PRIMARY KEY);

-- GiST, not GIN: it gives the nearest words in order, however common their parts are.
CREATE INDEX product_words_by_likeness ON product_words USING gist (word gist_trgm_ops);

-- A trigger, so that it does not matter who writes products. Once a statement, however many rows; in order, so that two
-- writers of the same new words wait for each other one way only.
CREATE FUNCTION keep_product_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO product_words (word)
  SELECT DISTINCT word
  FROM written, unnest(tsvector_to_array(to_tsvector('simple', name || ' ' || category || ' ' || description))) AS word
  WHERE word ~ '^[[:alpha:]]{3,30}$'
  ORDER BY word
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

CREATE TRIGGER keep_words_of_new_products AFTER INSERT ON products
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION keep_product_words();

CREATE TRIGGER keep_words_of_changed_products AFTER UPDATE ON products
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION keep_product_words();

INSERT INTO product_words (word)
SELECT DISTINCT word
FROM products, unnest(tsvector_to_array(to_tsvector('simple', name || ' ' || category || ' ' || description))) AS word
WHERE word ~ '^[[:alpha:]]{3,30}$';
