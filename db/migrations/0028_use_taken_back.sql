-- An item that customs does not have can be taken back: a further row says so, and the old ones stay on record.
alter table customs_use add column taken_back boolean not null default false;
comment on column customs_use.taken_back is 'The item is no use any more since this revision: customs does not have it. Its figures are those of the revision before';
comment on table customs_declaration is 'Which licence a declaration carries: one and no other. A row goes when its last item was taken back';
