drop table if exists audit_position;
alter table audit_events drop column if exists position;
