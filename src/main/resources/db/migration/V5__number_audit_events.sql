-- Events of before have -1: nobody follows them. New ones have 0 until they are committed and get their position.
alter table audit_events add column position bigint default -1 not null;
alter table audit_events alter column position set default 0;

create table audit_position (last bigint not null);
insert into audit_position values (0);
