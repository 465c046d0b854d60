-- People who register themselves: what an account and an enterprise are before and after a key officer has looked at
-- papers, invitations of colleagues, and one row for every change of enterprise data.

alter table enterprise
  drop constraint enterprise_code13_key,
  drop constraint enterprise_uscc_key,
  add column verified_at timestamptz,
  add column contested boolean not null default false,
  add column superseded_at timestamptz,
  add column suspended_at timestamptz,
  add column suspended_reason text,
  add constraint enterprise_verified_or_superseded check (verified_at is null or superseded_at is null),
  add constraint enterprise_contested check (not (contested and verified_at is not null)),
  add constraint enterprise_suspended check ((suspended_at is null) = (suspended_reason is null));
-- Whoever was here before anybody could register came with a key.
update enterprise set verified_at = created_at;
comment on table enterprise is 'An exporter or consignor: numbers, name, place, and the enterprise data of the contract sheet (info). What somebody merely registered is a row of its own until a key officer approved a key on its papers: one verified row a number, claims beside it as many as come';
comment on column enterprise.verified_at is 'When a key officer approved the first key on its papers; null = somebody says to be this enterprise';
comment on column enterprise.contested is 'When it was registered somebody else had claimed the same number: nothing is open to it but the key office';
comment on column enterprise.superseded_at is 'When another claim to the same number was verified; its accounts have lost it';
create unique index enterprise_uscc on enterprise (uscc) where verified_at is not null;
create unique index enterprise_code13 on enterprise (code13) where verified_at is not null;
create index enterprise_claims_uscc on enterprise (uscc);
create index enterprise_claims_code13 on enterprise (code13);
create index enterprise_created on enterprise (created_at desc, id);

alter table account
  add column account_type text not null default 'enterprise' check (account_type in ('enterprise', 'consignor', 'officer')),
  add column email text,
  add column mobile text,
  add column email_confirmed_at timestamptz,
  add column mobile_confirmed_at timestamptz,
  add column must_change_password boolean not null default false,
  add column password_changed_at timestamptz,
  add column suspended_at timestamptz,
  add column suspended_reason text,
  add column suspended_by text check (suspended_by in ('enterprise', 'platform')),
  add column duties text not null default '',
  add column invited_by uuid references account,
  add constraint account_suspended check ((suspended_at is null) = (suspended_reason is null)),
  add constraint account_suspender check ((suspended_at is null) = (suspended_by is null));
update account set account_type = 'officer' where enterprise_id is null;
update account set account_type = 'consignor' where data_scope = 'consignor';
comment on column account.active is 'False = switched off for good; what may come back is suspended';
comment on column account.must_change_password is 'Nothing else answers before a password of the person''s own is set';
comment on column account.suspended_by is 'Whose decision it was: what the platform suspended the enterprise''s administrator can''t restore';
comment on column account.duties is 'What an officer is in charge of, in words';
create unique index account_login_name_any_case on account (lower(login_name));
create index account_authority on account (authority_code) where authority_code is not null;
create index account_invited_by on account (invited_by) where invited_by is not null;
create index account_created on account (created_at desc, id);

alter table session add column id uuid not null default gen_random_uuid() unique;
comment on column session.id is 'How its owner names it in the list of his sessions; nobody signs in with it';

create table invitation (
  id uuid primary key,
  enterprise_id uuid not null references enterprise,
  state text not null check (state in ('open', 'accepted', 'withdrawn')),
  version int not null default 1,
  person_name text not null,
  email text not null,
  department text,
  roles text[] not null,
  data_scope text not null check (data_scope in ('own', 'department', 'enterprise', 'consignor')),
  token_digest bytea not null unique,
  expires_at timestamptz not null,
  invited_by uuid not null references account,
  accepted_by uuid references account,
  created_at timestamptz not null,
  modified_at timestamptz not null
);
comment on table invitation is 'A colleague asked to join an enterprise; the letter holds the token, only its SHA-256 is kept';
create index invitation_enterprise on invitation (enterprise_id, created_at desc);
create index invitation_inviter on invitation (invited_by);
create index invitation_accepter on invitation (accepted_by) where accepted_by is not null;

create table enterprise_change (
  id bigint generated always as identity primary key,
  enterprise_id uuid not null references enterprise,
  before jsonb not null,
  after jsonb not null,
  account_id uuid references account,
  actor_name text not null,
  at timestamptz not null
);
comment on table enterprise_change is 'Every change of an enterprise''s data, the fields that differ as they stood before and after';
create index enterprise_change_enterprise on enterprise_change (enterprise_id, id desc);
create index enterprise_change_account on enterprise_change (account_id);
