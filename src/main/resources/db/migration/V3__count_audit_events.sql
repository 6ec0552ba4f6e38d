alter table audit_events add column count bigint default 1 not null;
alter table audit_events add column priority smallint default 3 not null;

update audit_events set priority = case when result <> 'success' then 0 when action = 'login' then 1 else 2 end
    where result <> 'success' or action = 'login' or (action = 'change-password' and user_name = target);

create index audit_events_priority on audit_events (priority, occurred_at, id);
