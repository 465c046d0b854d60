-- 手机授权: a phone that may hold a certificate of its own, authorised with the PC key; and the sessions of phones.

create table phone_authorisation (
  id uuid primary key,
  kind text not null check (kind in ('new', 'renew', 'change_number', 'change_device', 'cancel')),
  state text not null check (state in ('ready', 'submitted', 'issued', 'revoked', 'deleted')),
  version int not null default 1,
  enterprise_id uuid not null references enterprise,
  department text,
  login_name text not null,
  holder text not null,
  certificate_type text not null check (certificate_type in ('general', 'electromechanical', 'used_car')),
  mobile text not null check (mobile ~ '^1[3-9][0-9]{9}$'),
  old_mobile text,
  form_version int not null,
  form jsonb not null,
  pc_fingerprint text references certificate,
  pc_signature bytea,
  fingerprint text unique references certificate,
  device_name text not null default '',
  reason text,
  created_by uuid not null references account,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  submitted_at timestamptz,
  issued_at timestamptz,
  constraint phone_authorisation_proven check (kind = 'cancel' or (pc_fingerprint is not null and pc_signature is not null)),
  constraint phone_authorisation_old_number check ((kind = 'change_number') = (old_mobile is not null))
);
comment on table phone_authorisation is 'Requests for certificates on phones: who authorised which number with which PC key, and what became of it';
comment on column phone_authorisation.holder is 'The name that stands in the certificate: that of the PC key';
comment on column phone_authorisation.form is 'What the person confirmed before authorising; nothing of it changes afterwards';
comment on column phone_authorisation.pc_signature is 'The CMS seal of the PC key over challenge and content: the proof that it was at hand and what it agreed to';
comment on column phone_authorisation.fingerprint is 'The certificate that was made on the phone';
comment on column phone_authorisation.device_name is 'What the phone calls itself';
comment on column phone_authorisation.reason is 'Of kind cancel: why';
-- One open request of each kind.
create unique index phone_authorisation_open on phone_authorisation (created_by, kind) where state in ('ready', 'submitted');
create index phone_authorisation_enterprise on phone_authorisation (enterprise_id, created_at desc);
create index phone_authorisation_creator on phone_authorisation (created_by, created_at desc);
create index phone_authorisation_pc on phone_authorisation (pc_fingerprint);
create index phone_authorisation_mobile on phone_authorisation (mobile);

alter table key_challenge drop constraint key_challenge_purpose_check,
  add constraint key_challenge_purpose_check check (purpose in ('sign_in', 'bind', 'phone'));

alter table session
  add column kind text not null default 'desk' check (kind in ('desk', 'phone')),
  add column mobile text,
  add constraint session_phone check ((kind = 'phone') = (mobile is not null));
comment on column session.kind is 'desk: the pages; phone: signed in by SMS, good for the phone''s certificate and nothing else';
comment on column session.mobile is 'Of a phone: the number that the code was sent to';
