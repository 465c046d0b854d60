-- People, keys, applications, licences. Facts that are searched, sorted, counted or joined are columns;
-- the rest of a form is one jsonb with a version. Business instants and days come from the server's clock.

create table enterprise (
  id uuid primary key,
  code13 text not null unique check (code13 ~ '^[0-9A-Z]{13}$'),
  uscc text not null unique check (uscc ~ '^[0-9A-Z]{18}$'),
  name text not null,
  region text not null,
  city text,
  central_enterprise boolean not null default false,
  info jsonb not null default '{}',
  version int not null default 1,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  modified_by uuid
);
comment on table enterprise is 'An exporter or consignor: numbers, name, place, and the enterprise data of the contract sheet (info)';
comment on column enterprise.region is 'Province or equal, by the place name of the issuing authorities';
comment on column enterprise.central_enterprise is 'In Beijing and supervised by SASAC: always issued by the bureau';

create table account (
  id uuid primary key,
  login_name text not null unique,
  person_name text not null,
  password_hash text not null,
  roles text[] not null,
  data_scope text not null check (data_scope in ('own', 'department', 'enterprise', 'consignor', 'authority', 'all')),
  enterprise_id uuid references enterprise,
  department text,
  authority_code text,
  active boolean not null default true,
  version int not null default 1,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  check (enterprise_id is null or authority_code is null)
);
comment on table account is 'A person who signs in: operator of an enterprise, officer of an authority, auditor, administrator';
create index account_enterprise on account (enterprise_id);

create table session (
  token_digest bytea primary key,
  account_id uuid not null references account,
  csrf_token text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  address text not null,
  user_agent text not null
);
comment on table session is 'Who is signed in; the cookie holds the token, only its SHA-256 is kept';
create index session_account on session (account_id);
create index session_expires on session (expires_at);

create table throttle (
  bucket text primary key,
  count int not null,
  ends_at timestamptz not null
);
comment on table throttle is 'Attempts counted per bucket (account or address and purpose) until the window ends';

create table captcha (
  id uuid primary key,
  answer_digest bytea not null,
  expires_at timestamptz not null
);
comment on table captcha is 'Open picture questions; deleted when answered';

create table sign_in_event (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  login_name text not null,
  account_id uuid references account,
  address text not null,
  outcome text not null
);
comment on table sign_in_event is 'Every attempt to sign in, and every sign-out';
create index sign_in_event_account on sign_in_event (account_id, id desc);

create table certificate (
  fingerprint text primary key check (fingerprint ~ '^[0-9a-f]{64}$'),
  serial text not null unique,
  kind text not null check (kind in ('root', 'issuing', 'authority', 'operator')),
  holder text not null,
  pem text not null,
  not_before timestamptz not null,
  not_after timestamptz not null,
  account_id uuid references account,
  enterprise_id uuid references enterprise,
  authority_code text,
  revoked_at timestamptz,
  revocation_reason text,
  created_at timestamptz not null
);
comment on table certificate is 'Certificates the system knows, each bound to its account and enterprise or to an authority';
create index certificate_account on certificate (account_id);
create index certificate_enterprise on certificate (enterprise_id);

create sequence window_no_seq;

create table application (
  id uuid primary key,
  window_no text not null unique,
  application_no text unique check (application_no ~ '^[0-9]{2}[0-9A-Z]{13}[0-9]{6}$'),
  state text not null check (state in ('draft', 'ready', 'first_review', 'returned', 'second_review', 'rejected',
    'withdrawing', 'withdrawn', 'approved', 'deleted')),
  version int not null default 1,
  content_version int not null default 1,
  channel text not null check (channel in ('platform', 'window', 'mobile', 'api')),
  enterprise_id uuid not null references enterprise,
  department text,
  created_by uuid not null references account,
  created_at timestamptz not null,
  modified_by uuid not null references account,
  modified_at timestamptz not null,
  apply_date date not null,

  form_version int not null,
  form jsonb not null,
  contract_sheet jsonb,

  quota_year int not null generated always as ((form->>'quotaYear')::int) stored,
  hs_code text not null generated always as (form->>'hsCode') stored,
  customs_port text generated always as (form->>'customsPort') stored,
  trade_mode text generated always as (form->>'tradeMode') stored,
  destination_country text generated always as (form->>'destinationCountry') stored,
  origin_country text generated always as (form->>'originCountry') stored,
  contract_no text generated always as (form->>'contractNo') stored,
  consignor_code text generated always as (form->>'consignorCode') stored,
  issuing_authority text generated always as (form->>'issuingAuthority') stored,
  price_currency text generated always as (form->>'priceCurrency') stored,
  quota_doc_no text generated always as (form->>'quotaDocNo') stored,
  sort_no text not null generated always as (coalesce(application_no, '')) stored,

  goods_key text not null,
  goods_name text not null,
  category_code text not null,
  licence_type text not null check (licence_type in ('quota', 'bidding', 'licence')),
  goods_unit text not null,
  total_quantity numeric(15, 4) not null,
  total_amount numeric(18, 2) not null,
  total_amount_usd numeric(18, 2),

  seal_id uuid,
  submitted_at timestamptz,
  submitted_by uuid references account,
  due_on date,
  claimed_by uuid references account,
  claimed_at timestamptz,
  first_reviewer uuid references account,
  second_reviewer uuid references account,
  approved_at timestamptz,
  printed_at timestamptz,
  print_count int not null default 0
);
comment on table application is 'An export-licence application: its state, its form, and what lists and rules ask for as columns';
create index application_enterprise on application (enterprise_id, state, sort_no, id);
create index application_authority on application (issuing_authority, state, due_on, id);
create index application_consignor on application (consignor_code, state, sort_no, id);
create index application_state on application (state, sort_no, id);
create index application_contract on application (enterprise_id, contract_no);
create index application_creator on application (created_by, state, sort_no, id);
create index application_modifier on application (modified_by);
create index application_submitter on application (submitted_by) where submitted_by is not null;
create index application_claimer on application (claimed_by) where claimed_by is not null;
create index application_first_reviewer on application (first_reviewer) where first_reviewer is not null;
create index application_second_reviewer on application (second_reviewer) where second_reviewer is not null;

create table application_line (
  application_id uuid not null references application,
  line_no int not null check (line_no between 1 and 20),
  spec_grade text not null,
  unit_price numeric(18, 4),
  quantity numeric(15, 4),
  amount numeric(18, 2),
  amount_usd numeric(18, 2),
  primary key (application_id, line_no)
);
comment on table application_line is 'Rows of 规格型号信息; empty price or quantity only while the application is being filled in';

create table attachment (
  id uuid primary key,
  application_id uuid not null references application,
  type_code text not null,
  name text not null,
  size bigint not null check (size > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  media_type text not null,
  created_by uuid not null references account,
  created_at timestamptz not null
);
comment on table attachment is 'Files of an application; the bytes lie in the file store under their SHA-256';
create index attachment_application on attachment (application_id, created_at);
create index attachment_sha256 on attachment (sha256);
create index attachment_creator on attachment (created_by);

create table seal (
  id uuid primary key,
  application_id uuid not null references application,
  content_version int not null,
  content text not null,
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  cms bytea not null,
  certificate_fingerprint text not null references certificate,
  account_id uuid not null references account,
  signed_at timestamptz not null,
  sealed_at timestamptz not null
);
comment on table seal is 'Seals as they were accepted: the canonical text, its digest and the CMS signature';
create index seal_application on seal (application_id, sealed_at);
create index seal_certificate on seal (certificate_fingerprint);
create index seal_account on seal (account_id);
alter table application add foreign key (seal_id) references seal;
create index application_seal on application (seal_id) where seal_id is not null;

create table submission (
  id uuid primary key,
  application_id uuid not null references application,
  seal_id uuid not null references seal,
  words jsonb not null,
  submitted_by uuid not null references account,
  submitted_at timestamptz not null
);
comment on table submission is 'What was submitted, frozen: the sealed content (through its seal) and the same in words as shown';
create index submission_application on submission (application_id, submitted_at);
create index submission_seal on submission (seal_id);
create index submission_account on submission (submitted_by);

create table history (
  id bigint generated always as identity primary key,
  thing text not null,
  thing_id uuid not null,
  action text not null,
  from_state text,
  to_state text,
  account_id uuid references account,
  actor_name text not null,
  actor_place text not null,
  opinion text,
  certificate_serial text,
  request_id uuid,
  at timestamptz not null,
  unique (thing_id, request_id)
);
comment on table history is 'Every state change and action: who, when, from, to, opinion, key used';
create index history_thing on history (thing_id, id);
create index history_account on history (account_id);

create table number_counter (
  kind text not null,
  scope text not null,
  year int not null,
  last int not null,
  primary key (kind, scope, year)
);
comment on table number_counter is 'Last number given, per kind (application, licence), owner and year; one row is locked to take the next';

create table licence (
  id uuid primary key,
  licence_no text not null unique check (licence_no ~ '^[0-9]{2}[0-9A-Z]{2}[0-9]{6}$'),
  application_id uuid not null unique references application,
  state text not null check (state in ('pending', 'valid', 'cleared', 'written_off', 'cancelled', 'replaced', 'lost',
    'expired', 'revoked')),
  version int not null default 1,
  channel text not null check (channel in ('platform', 'window', 'mobile', 'api')),
  enterprise_id uuid not null references enterprise,
  consignor_code text not null,
  authority_code text not null,
  quota_year int not null,
  hs_code text not null,
  category_code text not null,
  goods_key text not null,
  goods_name text not null,
  goods_unit text not null,
  quantity numeric(15, 4) not null,
  amount numeric(18, 2) not null,
  amount_usd numeric(18, 2) not null,
  currency text not null,
  trade_mode text not null,
  destination_country text not null,
  customs_port text not null,
  contract_no text not null,
  one_batch boolean not null,
  content jsonb not null,
  check_code text not null,
  valid_from date,
  issued_on date,
  expiry_date date,
  issue_step text check (issue_step in ('dates', 'document', 'message', 'done')),
  issue_error text,
  issue_started_at timestamptz,
  issued_by uuid references account,
  document_sha256 text check (document_sha256 ~ '^[0-9a-f]{64}$'),
  document_size int,
  delivery text not null default 'none' check (delivery in ('none', 'queued', 'sent', 'accepted', 'failed')),
  used_quantity numeric(15, 4) not null default 0,
  use_count int not null default 0,
  created_at timestamptz not null,
  modified_at timestamptz not null
);
comment on table licence is 'An export licence from the approval of its application to its end';
create index licence_enterprise on licence (enterprise_id, state, licence_no);
create index licence_consignor on licence (consignor_code, state, licence_no);
create index licence_authority on licence (authority_code, state, licence_no);
create index licence_state on licence (state, licence_no);
create index licence_unfinished on licence (issue_started_at) where state = 'pending' and issue_step is not null;
create index licence_issuer on licence (issued_by) where issued_by is not null;
create index licence_document on licence (document_sha256) where document_sha256 is not null;

create table customs_message (
  id bigint generated always as identity primary key,
  licence_id uuid not null references licence,
  seq int not null,
  kind text not null check (kind in ('issued')),
  body jsonb not null,
  state text not null check (state in ('queued', 'sent', 'accepted', 'failed')),
  created_at timestamptz not null,
  unique (licence_id, seq)
);
comment on table customs_message is 'Outbox to customs, in order per licence';

create table setting (
  id bigint generated always as identity primary key,
  name text not null,
  valid_from date not null,
  value jsonb not null,
  reason text not null,
  changed_by uuid references account,
  changed_at timestamptz not null
);
comment on table setting is 'What the law or an administrator decides, each value from its day on; the newest row of a day wins';
create index setting_name on setting (name, valid_from desc, id desc);
create index setting_changer on setting (changed_by);
