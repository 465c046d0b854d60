-- Settings are changed on one page: a click that is repeated is answered as the first time, and tables of numbers by
-- code have one form, whatever the codes are.
alter table setting add column request_id uuid;
create unique index setting_request on setting (request_id) where request_id is not null;
comment on column setting.request_id is 'Made by the page that sent the change; repeated, it changes nothing';
update setting set value = jsonb_build_object('otherwise', value->'otherwise', 'byCode', value->'byUnit')
  where name = 'quantity_digits' and value ? 'byUnit';
