-- A SKU is a code: nobody sorts it by a language's rules, and comparing by them was a quarter of the time of an upload's insert.
ALTER TABLE products ALTER COLUMN sku TYPE text COLLATE "C";
