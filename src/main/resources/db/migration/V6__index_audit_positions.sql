create index audit_events_position on audit_events (position);
