alter table audit_events add column count bigint default 1 not null;
alter table audit_events add column priority smallint default 2 not null;

update audit_events set priority = case when result <> 'success' then 0 else 1 end
    where result <> 'success' or action = 'login';

create index audit_events_priority on audit_events (priority, occurred_at, id);
