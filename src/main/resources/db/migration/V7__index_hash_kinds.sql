-- Algorithm and parameters, in front of the salt: io.gatehouse.password.HashKind
alter table users add column hash_kind varchar(64) ${code_point_order} generated always as (
    case
        when password_hash like '{bcrypt}$%' then substring(password_hash, 1, 14)
        when password_hash like '{argon2}$%' then substring(regexp_replace(password_hash, '\$[^$]*\$[^$]*$', ''), 1, 64)
    end) ${stored};

create index users_hash_kind on users (hash_kind);
