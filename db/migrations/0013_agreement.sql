-- What the authority sees of a returned request, and how both sides come to agree.
alter table licence_request add column submitted jsonb;
comment on column licence_request.submitted is 'Reason, quantity, form and seal as they were submitted last: what people outside the enterprise see while it changes them';
update licence_request set submitted = jsonb_build_object('reason', reason, 'writeOffQuantity', write_off_quantity::text,
  'form', form, 'sealId', seal_id, 'contentVersion', content_version) where submitted_at is not null;

alter table customs_use add column revision int not null default 1 check (revision > 0);
comment on column customs_use.revision is 'An officer took over what customs says of a recorded item: a further row, and the highest of an item counts';
alter table customs_use drop constraint customs_use_licence_id_declaration_no_item_no_key;
alter table customs_use add unique (licence_id, declaration_no, item_no, revision);

alter table customs_message drop constraint customs_message_kind_check;
alter table customs_message add constraint customs_message_kind_check
  check (kind in ('issued', 'cancel', 'lost', 'replaced', 'revoked', 'written_off', 'use'));
