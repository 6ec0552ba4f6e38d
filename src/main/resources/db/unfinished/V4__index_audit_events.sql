drop index if exists audit_events_result;
drop index if exists audit_events_action;
