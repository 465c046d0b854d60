-- The key office without an account: a session that opens nothing else, people who apply for their first key before they
-- have an account, and the one-time password with which such an account begins. What changed of a person's roles.

alter table account
  add column awaiting_key boolean not null default false,
  add column password_until timestamptz,
  add constraint account_awaiting_key check (not (awaiting_key and active));
comment on column account.awaiting_key is 'Applied for the first key without an account: the name is kept, and nobody signs in with it before the key is issued';
comment on column account.password_until is 'Of a one-time password: it opens nothing after this; null = holds until it is changed';
create index account_awaiting_key on account (created_at) where awaiting_key;

alter table session
  add column kind text not null default 'whole' check (kind in ('whole', 'key_office'));
comment on column session.kind is 'key_office: opened by a code to the confirmed mobile or e-mail; the key office of this account, nothing else';

create table account_change (
  id bigint generated always as identity primary key,
  account_id uuid not null references account,
  before jsonb not null,
  after jsonb not null,
  at timestamptz not null
);
comment on table account_change is 'What an action on an account changed of name, roles and place, the fields that differ; who and why stands in the history line of the same instant';
create index account_change_account on account_change (account_id, id desc);
