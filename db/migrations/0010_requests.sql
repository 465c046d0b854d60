-- Requests on a licence: cancellation, write-off, amendment, extension, loss; and what the law ends a licence by.
alter table licence drop constraint licence_application_id_key;
alter table licence add column replaces_id uuid references licence;
comment on column licence.replaces_id is 'The licence this one was issued for in exchange (更改、延期、遗失补发)';
create unique index licence_application on licence (application_id) where replaces_id is null;
create index licence_application_all on licence (application_id);
create unique index licence_replaces on licence (replaces_id) where replaces_id is not null;
alter table licence add column over_shipment numeric(5, 2) not null default 0;
comment on column licence.over_shipment is 'Percent that may be shipped beyond it (溢装) in the last use, as it held when the licence came into being';
alter table licence add column closed_by_customs boolean not null default false;
comment on column licence.closed_by_customs is 'Customs said that no further use will come (结案)';
alter table licence add column customs_seq int not null default 0;
comment on column licence.customs_seq is 'Number of the last message to customs about this licence';

create table licence_request (
  id uuid primary key,
  kind text not null check (kind in ('cancellation', 'write_off', 'amendment', 'extension', 'loss')),
  state text not null check (state in ('ready', 'reviewing', 'second_review', 'returned', 'awaiting_customs', 'approved',
    'deleted')),
  version int not null default 1,
  content_version int not null default 1,
  licence_id uuid not null references licence,
  licence_no text not null,
  enterprise_id uuid not null references enterprise,
  department text,
  authority_code text not null,
  quota_year int not null,
  reason text not null,
  write_off_quantity numeric(15, 4) check (write_off_quantity > 0),
  form jsonb not null default '{}',
  seal_id uuid,
  quota_account_id uuid references quota_account,
  quota_quantity numeric(15, 4),
  unused_quantity numeric(15, 4),
  created_by uuid not null references account,
  created_at timestamptz not null,
  modified_by uuid not null references account,
  modified_at timestamptz not null,
  submitted_at timestamptz,
  submitted_by uuid references account,
  due_on date,
  first_reviewer uuid references account,
  second_reviewer uuid references account,
  decided_at timestamptz,
  customs_message_id bigint,
  new_licence_id uuid references licence,
  proof_sha256 text check (proof_sha256 ~ '^[0-9a-f]{64}$'),
  proof_size int,
  check ((kind = 'write_off') = (write_off_quantity is not null))
);
comment on table licence_request is 'Requests on a licence: 删除申请, 核销申请, 更改, 延期, 遗失';
comment on column licence_request.form is 'Amendment: field → new value; loss: the notice. Empty for the others';
comment on column licence_request.quota_account_id is 'Amendment under way: account the new licence will draw from; quota_quantity is what is held there beyond the unused part';
comment on column licence_request.unused_quantity is 'Unused part of the licence when it was submitted last: what review and customs answer for';
create unique index licence_request_open on licence_request (licence_id)
  where state in ('ready', 'reviewing', 'second_review', 'returned', 'awaiting_customs');
create index licence_request_licence on licence_request (licence_id, created_at);
create index licence_request_enterprise on licence_request (enterprise_id, kind, state, licence_no);
create index licence_request_authority on licence_request (authority_code, state, due_on);
create index licence_request_creator on licence_request (created_by);
create index licence_request_modifier on licence_request (modified_by);
create index licence_request_submitter on licence_request (submitted_by) where submitted_by is not null;
create index licence_request_first on licence_request (first_reviewer) where first_reviewer is not null;
create index licence_request_second on licence_request (second_reviewer) where second_reviewer is not null;
create index licence_request_quota on licence_request (quota_account_id) where quota_account_id is not null;
create index licence_request_new on licence_request (new_licence_id) where new_licence_id is not null;
create index licence_request_proof on licence_request (proof_sha256) where proof_sha256 is not null;

alter table seal alter column application_id drop not null;
alter table seal add column request_id uuid references licence_request;
alter table seal add constraint seal_of_one_thing check (num_nonnulls(application_id, request_id) = 1);
create index seal_request on seal (request_id) where request_id is not null;
alter table licence_request add foreign key (seal_id) references seal;
create index licence_request_seal on licence_request (seal_id) where seal_id is not null;

create table enterprise_bar (
  id bigint generated always as identity primary key,
  enterprise_id uuid not null references enterprise,
  barred_until date not null,
  reason text not null,
  licence_id uuid references licence,
  changed_by uuid not null references account,
  changed_at timestamptz not null
);
comment on table enterprise_bar is 'Enterprises whose applications are not accepted until a day (货物进出口管理条例 第六十四条等); append-only, the newest row counts';
create index enterprise_bar_enterprise on enterprise_bar (enterprise_id, id desc);
create index enterprise_bar_licence on enterprise_bar (licence_id) where licence_id is not null;
create index enterprise_bar_changer on enterprise_bar (changed_by);

create table notice (
  id bigint generated always as identity primary key,
  key text not null unique,
  enterprise_id uuid references enterprise,
  kind text not null,
  thing text not null,
  thing_id uuid,
  words text not null,
  at timestamptz not null
);
comment on table notice is 'Reminders to an enterprise: a licence near its end, quota near its hand-back day; key keeps each from being told twice';
comment on column notice.enterprise_id is 'Whom it is for; empty: the administrators';
create index notice_enterprise on notice (enterprise_id, id desc);

create table quota_entry (
  id bigint generated always as identity primary key,
  account_id uuid not null references quota_account,
  seq int not null check (seq > 0),
  kind text not null check (kind in ('grant', 'award', 'hold', 'release', 'commit', 'uncommit', 'cancel', 'settle',
    'unused', 'replace', 'swap_out', 'swap_in', 'hand_back', 'lapse')),
  from_bucket text not null check (from_bucket in ('pool', 'available', 'held', 'committed', 'settled', 'lapsed')),
  to_bucket text not null check (to_bucket in ('pool', 'available', 'held', 'committed', 'settled', 'lapsed')),
  quantity numeric(15, 4) not null check (quantity > 0),
  available numeric(15, 4) not null check (available >= 0),
  held numeric(15, 4) not null check (held >= 0),
  committed numeric(15, 4) not null check (committed >= 0),
  settled numeric(15, 4) not null check (settled >= 0),
  lapsed numeric(15, 4) not null check (lapsed >= 0),
  batch_id uuid references quota_batch,
  application_id uuid references application,
  licence_id uuid references licence,
  request_id uuid references licence_request,
  swap_id uuid references quota_swap,
  client_request uuid unique,
  note text not null default '',
  actor_id uuid references account,
  actor_name text not null,
  at timestamptz not null,
  check (from_bucket <> to_bucket),
  unique (account_id, seq)
);
comment on table quota_entry is 'The ledger: every movement of quota between two buckets of an account, with the balances after it; append-only';
comment on column quota_entry.client_request is 'Id made by the client of a movement that is an action of its own; the same again is answered as done';
create index quota_entry_batch on quota_entry (batch_id) where batch_id is not null;
create index quota_entry_application on quota_entry (application_id) where application_id is not null;
create index quota_entry_licence on quota_entry (licence_id) where licence_id is not null;
create index quota_entry_request on quota_entry (request_id) where request_id is not null;
create index quota_entry_swap on quota_entry (swap_id) where swap_id is not null;
create index quota_entry_actor on quota_entry (actor_id) where actor_id is not null;
create index quota_entry_at on quota_entry (account_id, at);
create index quota_entry_pool on quota_entry (account_id) include (kind, quantity)
  where kind in ('grant', 'award', 'hand_back', 'swap_in', 'swap_out');
