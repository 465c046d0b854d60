-- A returned application may lose an attachment, but what was submitted once has to stay readable as it was sealed.

create table submitted_file (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  submitted_at timestamptz not null
);
comment on table submitted_file is 'Files that were part of a submission: their bytes are kept for good, whatever becomes of the attachment';
comment on column submitted_file.submitted_at is 'First submission that held the file';
