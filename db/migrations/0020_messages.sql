-- Letters to people by e-mail and SMS, and the one-time codes that some of them carry.
create table message (
  id uuid primary key,
  channel text not null check (channel in ('email', 'sms')),
  recipient text not null,
  kind text not null,
  subject text not null,
  text text not null,
  whole_text text,
  secret_until timestamptz,
  state text not null check (state in ('queued', 'sent', 'failed')),
  version int not null default 1,
  attempts int not null default 0,
  next_at timestamptz not null,
  leased_until timestamptz,
  error text,
  account_id uuid references account,
  enterprise_id uuid references enterprise,
  created_at timestamptz not null,
  sent_at timestamptz,
  check (whole_text is null or secret_until is not null),
  check ((state = 'sent') = (sent_at is not null))
);
comment on table message is 'E-mail and SMS to people: queued by the transaction that causes them, sent by a job, shown to administrators';
comment on column message.text is 'As administrators see it: a code or one-time password in it is masked';
comment on column message.whole_text is 'With its secret, while the message waits; gone once it has left (in a demonstration: once the secret is out of date)';
comment on column message.secret_until is 'The secret in it is worth nothing after this: then the message is not sent any more';
comment on column message.next_at is 'Not tried before';
comment on column message.leased_until is 'Somebody is sending it until then; after that it was given up by a process that died';
create index message_due on message (channel, next_at, id) where state = 'queued';
create index message_created on message (created_at desc, id desc);
create index message_state on message (state, created_at desc, id desc);
create index message_recipient on message (recipient text_pattern_ops, created_at desc);
create index message_secret on message (secret_until) where whole_text is not null;
create index message_account on message (account_id) where account_id is not null;
create index message_enterprise on message (enterprise_id) where enterprise_id is not null;

create table code (
  id uuid primary key,
  purpose text not null,
  channel text not null check (channel in ('email', 'sms')),
  recipient text not null,
  digest bytea not null,
  tries int not null default 0 check (tries between 0 and 5),
  expires_at timestamptz not null,
  created_at timestamptz not null,
  used_at timestamptz,
  unique (purpose, channel, recipient)
);
comment on table code is 'One-time codes: the newest of each purpose and recipient, as a digest; swept when out of date';
create index code_expires on code (expires_at);
