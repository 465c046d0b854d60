-- The exchange with customs: what goes out (outbox), what comes in, the uses, and where both sides differ.
alter table customs_message drop constraint customs_message_kind_check;
alter table customs_message add constraint customs_message_kind_check
  check (kind in ('issued', 'cancel', 'lost', 'replaced', 'revoked', 'written_off'));
alter table customs_message drop constraint customs_message_state_check;
alter table customs_message add constraint customs_message_state_check
  check (state in ('queued', 'sent', 'accepted', 'rejected', 'failed', 'withdrawn'));
alter table customs_message add column message_no text generated always as (body->>'messageNo') stored;
alter table customs_message add column request_id uuid references licence_request;
alter table customs_message add column attempts int not null default 0;
alter table customs_message add column next_at timestamptz;
alter table customs_message add column sent_at timestamptz;
alter table customs_message add column answered_at timestamptz;
alter table customs_message add column answer_reason text;
alter table customs_message add column last_error text;
alter table customs_message add column round int not null default 1;
comment on column customs_message.round is 'Grows when a message that customs rejected is sent again, so that it is judged anew';
comment on column customs_message.message_no is 'Number of the message: licence number, a hyphen, its place in the order of that licence';
comment on column customs_message.next_at is 'Not tried before; also the lease of a try under way';
update customs_message set body = body || jsonb_build_object('messageNo', (body->>'licenceNo') || '-' || seq),
  next_at = created_at;
update licence set customs_seq = 1 where exists (select from customs_message where licence_id = licence.id);
create unique index customs_message_no on customs_message (message_no);
create index customs_message_due on customs_message (next_at, id) where state = 'queued';
create index customs_message_open on customs_message (state, created_at) where state in ('queued', 'sent', 'failed', 'rejected');
create index customs_message_request on customs_message (request_id) where request_id is not null;
alter table licence_request add foreign key (customs_message_id) references customs_message;
create index licence_request_message on licence_request (customs_message_id) where customs_message_id is not null;

create table customs_inbound (
  message_id text primary key check (message_id ~ '^[0-9A-Za-z._-]{1,64}$'),
  kind text not null check (kind in ('answer', 'use', 'closing', 'unknown')),
  licence_no text not null,
  licence_id uuid references licence,
  body jsonb not null,
  digest text not null,
  outcome text not null check (outcome in ('recorded', 'refused')),
  code text not null,
  reason text not null default '',
  received_at timestamptz not null
);
comment on table customs_inbound is 'Every message of customs, once, with what it was answered; a repeat is answered the same. Append-only';
create index customs_inbound_licence on customs_inbound (licence_id) where licence_id is not null;
create index customs_inbound_received on customs_inbound (received_at desc);

create table customs_use (
  id uuid primary key,
  licence_id uuid not null references licence,
  declaration_no text not null check (declaration_no ~ '^[0-9A-Z]{18}$'),
  item_no int not null check (item_no between 1 and 999),
  declared_on date not null,
  customs_code text not null check (customs_code ~ '^[0-9]{4}$'),
  quantity numeric(15, 4) not null check (quantity > 0),
  final boolean not null,
  message_id text references customs_inbound,
  manual_reason text,
  recorded_by uuid references account,
  recorded_at timestamptz not null,
  unique (licence_id, declaration_no, item_no),
  check (num_nonnulls(message_id, manual_reason) = 1)
);
comment on table customs_use is 'Uses of licences at customs, one row a declaration item: told by customs, or entered by an officer with the reason when the network failed. Append-only';
create index customs_use_day on customs_use (declared_on, licence_id);
create index customs_use_message on customs_use (message_id) where message_id is not null;
create index customs_use_recorder on customs_use (recorded_by) where recorded_by is not null;

create table customs_declaration (
  declaration_no text primary key,
  licence_id uuid not null references licence
);
comment on table customs_declaration is 'Which licence a declaration carries: one and no other. Append-only';
create index customs_declaration_licence on customs_declaration (licence_id);

create table reconciliation (
  id uuid primary key,
  day date not null unique,
  state text not null check (state in ('running', 'done', 'failed')),
  ours int not null default 0,
  theirs int not null default 0,
  differences int not null default 0,
  error text,
  started_at timestamptz not null,
  finished_at timestamptz
);
comment on table reconciliation is 'Comparisons of our uses with the list of customs, one a day of declaration; the last run of a day counts';

create table customs_difference (
  id uuid primary key,
  key text not null unique,
  kind text not null check (kind in ('refused_use', 'refused_answer', 'refused_closing', 'refused_message', 'missing_here',
    'missing_there', 'differs')),
  state text not null check (state in ('open', 'resolved')),
  version int not null default 1,
  licence_id uuid references licence,
  licence_no text not null,
  authority_code text,
  declaration_no text,
  item_no int,
  day date,
  ours jsonb,
  theirs jsonb,
  reason text not null,
  message_id text references customs_inbound,
  opened_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by uuid references account,
  resolution text
);
comment on table customs_difference is 'Work items where customs and we do not agree, until an officer has settled each';
create index customs_difference_open on customs_difference (authority_code, state, opened_at);
create index customs_difference_licence on customs_difference (licence_id) where licence_id is not null;
create index customs_difference_message on customs_difference (message_id) where message_id is not null;
create index customs_difference_resolver on customs_difference (resolved_by) where resolved_by is not null;
create index customs_difference_item on customs_difference (licence_no, declaration_no, item_no);
create index customs_difference_day on customs_difference (day) where state = 'open' and day is not null;
-- A use moves a licence's figures and no indexed column: with room on the page the indexes are left alone.
alter table licence set (fillfactor = 85);
