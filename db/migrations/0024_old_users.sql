-- Users of the systems that were there before the platform (存量用户, manual 001): what an administrator imported, which of
-- it belongs to one person's account, and how often each has come in by the old entrance.

create table old_user_import (
  id uuid primary key,
  file_name text not null,
  file_sha256 text not null check (file_sha256 ~ '^[0-9a-f]{64}$'),
  rows int not null check (rows > 0),
  wrapped int not null default 0,
  accounts int not null,
  created_by uuid not null references account,
  created_at timestamptz not null,
  beat_at timestamptz not null,
  finished_at timestamptz,
  failure text,
  check (wrapped between 0 and rows)
);
comment on table old_user_import is 'One file of old users: being wrapped until it is finished or has failed; nothing of it stands before it is finished';
comment on column old_user_import.wrapped is 'Rows whose digest is wrapped in argon2id; the wrapped ones are kept in memory until the last';
comment on column old_user_import.beat_at is 'When the process that wraps was last heard of: a pause means that it is gone and the file must be sent again';
comment on column old_user_import.accounts is 'Accounts that its rows make or add to';
create index old_user_import_created on old_user_import (created_at desc, id desc);
create index old_user_import_creator on old_user_import (created_by);

create table old_account (
  id uuid primary key,
  code13 text not null check (code13 ~ '^[0-9A-Z]{13}$'),
  key_no text,
  account_id uuid unique references account,
  signed_in_at timestamptz,
  completed_at timestamptz,
  entrance_count int not null default 0 check (entrance_count between 0 and 10),
  created_at timestamptz not null,
  check ((account_id is null) = (signed_in_at is null)),
  check (completed_at is null or account_id is not null)
);
comment on table old_account is 'Old users of one enterprise and one e-key, or of one user name: they become one account at the first sign-in';
comment on column old_account.key_no is 'Number of the old e-key, as imported';
comment on column old_account.completed_at is 'When the new password, mobile and e-mail were set; the old digests are gone since';
comment on column old_account.entrance_count is 'Sign-ins by the old entrance; it closes at ten (manual 001)';
create unique index old_account_key on old_account (code13, key_no) where key_no is not null;

create table old_user (
  id uuid primary key,
  old_user_import_id uuid not null references old_user_import,
  old_account_id uuid not null references old_account,
  line int not null,
  system text not null,
  code13 text not null,
  old_name text not null,
  login_name text not null,
  digest_kind text not null check (digest_kind in ('md5', 'sha1', 'sha256')),
  salt text not null,
  salt_place text not null check (salt_place in ('none', 'before', 'after')),
  wrapped text,
  services text[] not null,
  created_at timestamptz not null,
  check ((salt_place = 'none') = (salt = ''))
);
comment on table old_user is 'One user of one old system, with the name that it signs in with and the rights it had';
comment on column old_user.wrapped is 'argon2id of the old system''s digest; null since the account has a password of its own';
comment on column old_user.services is 'Services of the platform that it brings along';
create unique index old_user_name on old_user (system, lower(login_name));
create index old_user_login_name on old_user (lower(login_name));
create index old_user_account on old_user (old_account_id);
create index old_user_import_rows on old_user (old_user_import_id, line);
create index old_user_created on old_user (created_at desc, id desc);

alter table account add column must_complete boolean not null default false;
comment on column account.must_complete is 'Came from an old system: nothing else answers before password, mobile, e-mail and enterprise are given';

-- An old user's 13-character code finds the enterprise by the organisation code in it.
create index enterprise_organisation on enterprise (substring(uscc from 9 for 9)) where verified_at is not null;
