-- Bulk uploads: the jobs, which api keeps, and what product-worker writes on their behalf (docs/decisions/who-writes-uploaded-products.md).

-- Names a product that was uploaded; the seeded catalogue has none, so that no upload can change it.
ALTER TABLE products ADD COLUMN sku text UNIQUE;
-- When the product was last uploaded; empty in the seeded catalogue, which stays.
ALTER TABLE products ADD COLUMN uploaded_at timestamptz;
CREATE INDEX products_by_upload ON products (uploaded_at) WHERE uploaded_at IS NOT NULL;

-- Far behind the seeded ids: pages of the shop begin with the catalogue that it opened with, however much is uploaded.
CREATE SEQUENCE uploaded_product_ids AS integer MINVALUE 100001;

CREATE TABLE upload_jobs (
  id              uuid        PRIMARY KEY,
  idempotency_key text        UNIQUE,
  -- Of the caller and the body: the same key with another body is refused. Empty without a key.
  body_hash       text        NOT NULL,
  state           text        NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
  rows_total      integer     NOT NULL,
  rows_refused    integer     NOT NULL,
  rows_written    integer     NOT NULL DEFAULT 0,
  rows_created    integer     NOT NULL DEFAULT 0,
  messages        integer     NOT NULL,
  messages_done   integer     NOT NULL DEFAULT 0,
  -- The first rows that were wrong.
  errors          jsonb       NOT NULL,
  failure         text,
  created_at      timestamptz NOT NULL,
  finished_at     timestamptz
);

CREATE INDEX upload_jobs_unfinished ON upload_jobs (created_at) WHERE finished_at IS NULL;
CREATE INDEX upload_jobs_by_age ON upload_jobs (created_at);

-- Messages that were written, so that a second delivery changes nothing.
CREATE TABLE upload_messages (
  event_id uuid        PRIMARY KEY,
  job_id   uuid        NOT NULL,
  done_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX upload_messages_by_age ON upload_messages (done_at);
