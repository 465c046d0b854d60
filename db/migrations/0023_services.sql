-- Services of the platform that an enterprise has been granted or asks for, and the addresses of those that are not
-- part of this system. Which services there are stands in src/domain/service/services.ts.
create table service_request (
  id uuid primary key,
  enterprise_id uuid not null references enterprise,
  service text not null,
  state text not null check (state in ('data_review', 'requested', 'granted', 'refused', 'withdrawn', 'closed')),
  version int not null default 1,
  source text not null check (source in ('asked', 'key', 'before')),
  purpose text not null default '',
  requested_by uuid references account,
  decided_by uuid references account,
  decided_at timestamptz,
  decision text,
  created_at timestamptz not null,
  modified_at timestamptz not null
);
comment on table service_request is 'An enterprise asks for a service of the platform; the granted one is its right to it';
comment on column service_request.source is 'asked: 添加应用; key: came with a request for an e-key; before: used the desk before services were granted one by one';
comment on column service_request.decision is 'Reason or opinion of the last decision, for the enterprise';
create unique index service_request_open on service_request (enterprise_id, service)
  where state in ('data_review', 'requested', 'granted');
create index service_request_enterprise on service_request (enterprise_id, created_at desc, id desc);
create index service_request_state on service_request (state, created_at desc, id desc);
create index service_request_requester on service_request (requested_by) where requested_by is not null;
create index service_request_decider on service_request (decided_by) where decided_by is not null;
insert into service_request (id, enterprise_id, service, state, source, created_at, modified_at)
  select gen_random_uuid(), id, 'export_licence', 'granted', 'before', created_at, created_at from enterprise;

create table service_address (
  id bigint generated always as identity primary key,
  service text not null,
  address text,
  reason text not null,
  changed_by uuid not null references account,
  changed_at timestamptz not null
);
comment on table service_address is 'Where a tile of the business hall leads, the newest row of a service counts; null = nowhere any more';
create index service_address_service on service_address (service, id desc);
create index service_address_changer on service_address (changed_by);
