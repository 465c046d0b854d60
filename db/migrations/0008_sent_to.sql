-- While a returned or withdrawn application is changed again, its authority goes on seeing what was sent to it.
alter table application add column sent_to text;
comment on column application.sent_to is 'Authority of the last submission; issuing_authority may be changed after it until the next';
update application set sent_to = issuing_authority where submitted_at is not null;
