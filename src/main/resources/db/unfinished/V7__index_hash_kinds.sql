drop index if exists users_hash_kind;
alter table users drop column if exists hash_kind;
