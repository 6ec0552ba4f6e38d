drop index if exists audit_events_position;
