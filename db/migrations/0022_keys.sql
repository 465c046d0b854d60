-- The key office: requests for e-keys, their papers, what a certificate came from, and the
-- one-time challenges that a key signs to prove that it is there.

create table key_request (
  id uuid primary key,
  kind text not null check (kind in ('new', 'renew', 'reissue', 'revoke')),
  state text not null check (state in ('draft', 'submitted', 'returned', 'approved', 'issued', 'deleted', 'revoked')),
  version int not null default 1,
  enterprise_id uuid not null references enterprise,
  department text,
  authority_code text,
  certificate_type text not null check (certificate_type in ('general', 'electromechanical', 'used_car')),
  login_name text not null,
  form_version int not null,
  form jsonb not null,
  old_fingerprint text references certificate,
  old_key_signature bytea,
  reason text,
  created_by uuid not null references account,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  submitted_at timestamptz,
  decided_by uuid references account,
  decided_at timestamptz
);
comment on table key_request is 'Requests at the key office: new, renewed, reissued and revoked e-keys';
comment on column key_request.old_key_signature is 'Of a renewal: the CMS seal of the key to be renewed over the request';
comment on column key_request.login_name is 'The user name that stands in the certificate';
create index key_request_enterprise on key_request (enterprise_id, created_at desc);
create index key_request_creator on key_request (created_by);
create index key_request_old on key_request (old_fingerprint);
create index key_request_decider on key_request (decided_by);
create index key_request_state on key_request (state, submitted_at);
-- One request at a time for one key that is to be renewed or replaced.
create unique index key_request_open_for on key_request (old_fingerprint)
  where old_fingerprint is not null and kind in ('renew', 'reissue')
    and state in ('draft', 'submitted', 'returned', 'approved');

create table key_request_file (
  id uuid primary key,
  key_request_id uuid not null references key_request,
  kind text not null check (kind in ('business_licence', 'identity', 'authorisation', 'other')),
  name text not null,
  size int not null check (size > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  media_type text not null,
  created_by uuid not null references account,
  created_at timestamptz not null
);
comment on table key_request_file is 'Papers that prove a request for a key: business licence, identity card, authorisation of the applicant';
create index key_request_file_request on key_request_file (key_request_id);
create index key_request_file_creator on key_request_file (created_by);
create index key_request_file_sha256 on key_request_file (sha256);

alter table certificate
  add key_request_id uuid references key_request,
  add certificate_type text check (certificate_type in ('general', 'electromechanical', 'used_car')),
  add device text check (device in ('file', 'token', 'phone')),
  add made_for uuid references account,
  add login_name text,
  add mobile text,
  add bound_at timestamptz,
  add revocation_code text check (revocation_code in ('keyCompromise', 'affiliationChanged', 'superseded',
    'cessationOfOperation', 'privilegeWithdrawn')),
  add revoked_by uuid references account,
  add key_digest text unique check (key_digest ~ '^[0-9a-f]{64}$');
comment on column certificate.account_id is 'The account to which the key is bound; null: bound to none';
comment on column certificate.made_for is 'The account for which the key was made, whatever it is bound to';
comment on column certificate.key_digest is 'SHA-256 of the public key (SubjectPublicKeyInfo): no key is certified twice';
update certificate set device = 'file', certificate_type = 'general', made_for = account_id, bound_at = created_at
  where kind = 'operator';
create index certificate_key_request on certificate (key_request_id);
create index certificate_made_for on certificate (made_for);
create index certificate_revoker on certificate (revoked_by);
create index certificate_revoked on certificate (revoked_at) where revoked_at is not null;
create index certificate_mobile on certificate (mobile) where mobile is not null;

create table key_challenge (
  id uuid primary key,
  purpose text not null check (purpose in ('sign_in', 'bind')),
  nonce text not null,
  expires_at timestamptz not null
);
comment on table key_challenge is 'Random texts that a key is to sign once, to prove that it is at hand; deleted when answered';
create index key_challenge_expires on key_challenge (expires_at);
