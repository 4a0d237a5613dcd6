-- A customer's orders, newest first. Addresses differ in upper and lower case as people type them; they are one customer all the same.
CREATE INDEX orders_by_customer ON orders (lower(email), created_at, id);
