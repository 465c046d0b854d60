-- Quota as a double-entry ledger. Each entry moves a quantity from one bucket of an account to another and carries the
-- balances after it; nothing is ever changed. The account's row is only there to be locked.
create table goods_management (
  id bigint generated always as identity primary key,
  year int not null,
  category_code text not null check (category_code ~ '^[A-Z][0-9]{5}$'),
  licence_type text not null check (licence_type in ('quota', 'bidding', 'licence')),
  source text not null,
  changed_by uuid references account,
  changed_at timestamptz not null
);
comment on table goods_management is 'How a category (大类) is managed in a year where that differs from the catalogue; append-only, the newest row of a year and category counts';
create index goods_management_category on goods_management (year, category_code, id desc);
create index goods_management_changer on goods_management (changed_by) where changed_by is not null;

create table quota_total (
  year int not null,
  category_code text not null check (category_code ~ '^[A-Z][0-9]{5}$'),
  quantity numeric(15, 4) not null check (quantity >= 0),
  unit_name text not null,
  version int not null default 1,
  changed_by uuid references account,
  changed_at timestamptz not null,
  primary key (year, category_code)
);
comment on table quota_total is 'Total quota of a category and year; grants and awards of all enterprises together never exceed it';
create index quota_total_changer on quota_total (changed_by) where changed_by is not null;

create table quota_batch (
  id uuid primary key,
  kind text not null check (kind in ('grant', 'award')),
  file_name text,
  rows int not null check (rows > 0),
  authority_code text,
  created_by uuid not null references account,
  created_at timestamptz not null
);
comment on table quota_batch is 'Grants and bid awards as they were recorded: one row or a whole spreadsheet at once';
create index quota_batch_creator on quota_batch (created_by);
create index quota_batch_created on quota_batch (created_at desc);

create table quota_account (
  id uuid primary key,
  year int not null,
  enterprise_id uuid not null references enterprise,
  kind text not null check (kind in ('quota', 'bidding')),
  category_code text not null check (category_code ~ '^[A-Z][0-9]{5}$'),
  goods_key text not null references goods_category,
  goods_name text not null,
  unit_name text not null,
  trade_mode text,
  country text,
  doc_no text not null check (doc_no <> ''),
  created_at timestamptz not null,
  unique nulls not distinct (year, enterprise_id, category_code, doc_no, trade_mode, country)
);
comment on table quota_account is 'What an enterprise may export of a category in a year under one 配额文号; trade_mode and country are empty where the document does not name one';
create index quota_account_enterprise on quota_account (enterprise_id, year, category_code);
create index quota_account_goods on quota_account (goods_key);
create index quota_account_category on quota_account (year, category_code);

create table quota_swap_ratio (
  id bigint generated always as identity primary key,
  from_goods text not null references goods_category,
  to_goods text not null references goods_category,
  ratio numeric(12, 6) not null check (ratio > 0),
  valid_from date not null,
  source text not null,
  changed_by uuid references account,
  changed_at timestamptz not null,
  check (from_goods <> to_goods)
);
comment on table quota_swap_ratio is 'Quota of to_goods for one unit of from_goods (钨锑钼配额调换), from a day on; append-only, the newest row of a day wins';
create index quota_swap_ratio_from on quota_swap_ratio (from_goods, to_goods, valid_from desc, id desc);
create index quota_swap_ratio_to on quota_swap_ratio (to_goods);
create index quota_swap_ratio_changer on quota_swap_ratio (changed_by) where changed_by is not null;

create table quota_swap (
  id uuid primary key,
  state text not null check (state in ('reviewing', 'approved', 'returned', 'withdrawn')),
  version int not null default 1,
  enterprise_id uuid not null references enterprise,
  department text,
  from_account_id uuid not null references quota_account,
  to_category_code text not null,
  to_account_id uuid references quota_account,
  quantity numeric(15, 4) not null check (quantity > 0),
  ratio numeric(12, 6) not null check (ratio > 0),
  to_quantity numeric(15, 4) not null check (to_quantity > 0),
  reason text not null,
  created_by uuid not null references account,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  decided_by uuid references account,
  decided_at timestamptz
);
comment on table quota_swap is 'Requests to swap tungsten, antimony and molybdenum quota (有色金属钨锑钼配额调换); the quantity is held while one is open';
create index quota_swap_enterprise on quota_swap (enterprise_id, created_at desc);
create index quota_swap_state on quota_swap (state, created_at);
create index quota_swap_from on quota_swap (from_account_id);
create index quota_swap_to on quota_swap (to_account_id) where to_account_id is not null;
create index quota_swap_creator on quota_swap (created_by);
create index quota_swap_decider on quota_swap (decided_by) where decided_by is not null;

alter table application add column quota_account_id uuid references quota_account;
alter table application add column quota_quantity numeric(15, 4);
comment on column application.quota_account_id is 'Account whose quota this application holds or has committed; empty while it holds none';
comment on column application.quota_quantity is 'Quantity it holds or has committed there';
create index application_quota on application (quota_account_id) where quota_account_id is not null;

alter table licence add column quota_account_id uuid references quota_account;
comment on column licence.quota_account_id is 'Account its quantity was committed from; empty for goods under plain licence';
create index licence_quota on licence (quota_account_id) where quota_account_id is not null;
