drop index if exists audit_events_priority;
alter table audit_events drop column if exists priority;
alter table audit_events drop column if exists count;
