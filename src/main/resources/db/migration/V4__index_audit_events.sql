create index audit_events_action on audit_events (action, result, occurred_at, id);
create index audit_events_result on audit_events (result, occurred_at, id);
