-- Code tables: what the coded fields of a form may hold. Loaded from db/reference/*.csv at start, kept up by
-- the loader (changed rows updated, missing ones made inactive, none deleted); rates and calendar are kept by
-- an administrator. Columns letters and initials hold pinyin for look-up by letters.

create table code_entry (
  list text not null,
  code text not null,
  name text not null,
  name_en text not null default '',
  alt_code text,
  letters text not null,
  initials text not null,
  sort int not null,
  active boolean not null,
  selectable boolean not null,
  unselectable_reason text,
  extra jsonb not null default '{}',
  provisional boolean not null,
  source text not null,
  note text not null default '',
  primary key (list, code),
  check (selectable or unselectable_reason is not null or not active)
);
comment on table code_entry is 'Small code lists, one row per entry: countries, ports, transport, trade and payment modes, currencies, units…';
comment on column code_entry.alt_code is 'Another code of the same entry, for look-up: the customs number of a country or currency';
comment on column code_entry.active is 'Not active: no longer in the list, kept because stored forms may hold it';
comment on column code_entry.selectable is 'May be chosen on an export-licence application; if not, unselectable_reason says why';
comment on column code_entry.provisional is 'Proposed or not verified against an official text; shown to administrators';

create table goods_category (
  key text primary key,
  seq int not null,
  name text not null,
  name_en text not null,
  management text not null check (management in ('quota', 'bidding', 'licence')),
  issue_basis text not null,
  multi_use_allowed boolean not null,
  licence_unit text not null,
  category_codes text[] not null,
  hs_prefixes text[] not null,
  max_over_shipment numeric(5, 2) not null,
  special_form text check (special_form in ('vehicle', 'motorcycle', 'used_car')),
  letters text not null,
  initials text not null,
  active boolean not null,
  selectable boolean not null,
  unselectable_reason text,
  source text not null,
  note text not null default ''
);
comment on table goods_category is 'Kinds of goods (大类) under export licence, with what their kind decides';
comment on column goods_category.max_over_shipment is 'Percent of the licence quantity that may be shipped beyond it (溢装), bulk goods only; 0 for none';
comment on column goods_category.special_form is 'Entry form of its own (车辆类型)';

create table commodity (
  year int not null,
  hs_code text not null check (hs_code ~ '^[0-9]{10}$'),
  category_code text not null check (category_code ~ '^[A-Z][0-9]{5}$'),
  goods_key text not null references goods_category,
  name text not null,
  unit_code text not null check (unit_code ~ '^[0-9]{3}$'),
  unit_name text not null,
  licence_type text not null check (licence_type in ('quota', 'bidding', 'licence')),
  multi_use boolean not null,
  active boolean not null,
  selectable boolean not null,
  unselectable_reason text,
  confidence text not null,
  provisional boolean not null,
  source text not null,
  note text not null default '',
  letters text not null,
  initials text not null,
  primary key (year, hs_code)
);
comment on table commodity is 'The yearly catalogue of goods under export licence, by year and 10-digit code; a year without rows uses the last one before it (沿用)';
comment on column commodity.confidence is 'How well the row is known; the codes are explained in db/reference/SOURCES.md';
create index commodity_goods_key on commodity (goods_key);
create index commodity_category on commodity (year, category_code, hs_code);

create table authority (
  code text primary key check (code ~ '^[0-9A-Z]{2}$'),
  name text not null,
  kind text not null check (kind in ('bureau', 'provincial', 'planned_city', 'corps', 'sub_provincial_city',
    'special_office')),
  region text not null,
  city text,
  place text not null,
  address text,
  phone text,
  letters text not null,
  initials text not null,
  sort int not null,
  active boolean not null,
  provisional boolean not null,
  source text not null,
  note text not null default ''
);
comment on table authority is 'Issuing authorities (发证机构) by the two characters they have in a licence number';
comment on column authority.region is 'Province or equal whose enterprises it serves; equals enterprise.region';
comment on column authority.city is 'City whose enterprises it serves; empty for those that serve a whole province';

create table exchange_rate (
  id bigint generated always as identity primary key,
  currency text not null check (currency ~ '^[A-Z]{3}$' and currency <> 'USD'),
  valid_from date not null,
  rate numeric(18, 8) not null check (rate > 0),
  source text not null,
  changed_by uuid references account,
  changed_at timestamptz not null
);
comment on table exchange_rate is 'US dollars for one unit of a currency, from a day on; append-only, of several rows for one day the newest counts';
create index exchange_rate_currency on exchange_rate (currency, valid_from desc, id desc);
create index exchange_rate_changer on exchange_rate (changed_by) where changed_by is not null;

create table calendar_override (
  day date primary key,
  working boolean not null,
  name text not null,
  changed_by uuid references account,
  changed_at timestamptz not null
);
comment on table calendar_override is 'Days on which an administrator says whether they are worked, before the announced holidays';
create index calendar_override_changer on calendar_override (changed_by) where changed_by is not null;

create table calendar_override_change (
  id bigint generated always as identity primary key,
  day date not null,
  working boolean,
  name text not null,
  changed_by uuid references account,
  changed_at timestamptz not null
);
comment on table calendar_override_change is 'Every change of calendar_override, append-only; working is empty where the day was removed';
create index calendar_override_change_day on calendar_override_change (day, id desc);
create index calendar_override_change_changer on calendar_override_change (changed_by) where changed_by is not null;

create table reference_load (
  file text primary key,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  rows int not null,
  loaded_at timestamptz not null
);
comment on table reference_load is 'Which version of each file of db/reference was loaded last; an unchanged file is skipped';
