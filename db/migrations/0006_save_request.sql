-- A save leaves no history line; this makes a repeat of the last one harmless when its answer was lost.
alter table application add column save_request_id uuid;
comment on column application.save_request_id is 'Id of the last save, made by the client: the same save again is answered as done';
-- 打印申请表 lists what was approved and not yet printed.
create index application_to_print on application (enterprise_id, sort_no, id)
  where state = 'approved' and printed_at is null;
