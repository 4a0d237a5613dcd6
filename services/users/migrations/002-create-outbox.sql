-- Messages that leave in the same transaction as the change they tell of; platform's relay publishes them.
-- traceparent, tracestate and baggage keep the context of that change, so that the message belongs to its trace and journey
-- even when it leaves late.
create table outbox (
  id           bigint generated always as identity primary key,
  topic        text        not null,
  key          text        not null,
  value        jsonb       not null,
  traceparent  text,
  tracestate   text,
  baggage      text,
  created_at   timestamptz not null default now(),
  published_at timestamptz
);

create index outbox_unsent on outbox (id) where published_at is null;
create index outbox_sent on outbox (published_at) where published_at is not null;
