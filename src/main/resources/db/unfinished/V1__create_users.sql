drop table if exists user_roles;
drop table if exists users;
