-- What is known of keys beside the keys themselves, and master keys on their way. Times are ms since
-- the epoch. The tables of the keys stay as they are, for the release before reads them whole.

-- Of secret keys, also of those that were revoked and are gone from `secret_keys`.
create table secret_key_records (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    name text not null,
    created_at bigint not null,
    -- Noted twice a minute; null while it was never used.
    last_used_at bigint,
    revoked_at bigint
);
create index secret_key_records_by_instance on secret_key_records (instance_id, created_at);
create unique index secret_key_records_name on secret_key_records (instance_id, name)
    where revoked_at is null;

insert into secret_key_records (id, instance_id, name, created_at)
    select id, instance_id,
        case row_number() over (partition by instance_id order by created_at, id)
            when 1 then 'default' else 'default-' || id end,
        created_at
    from secret_keys;

-- Of signing keys; a key without a row signs from when it was made.
create table signing_key_times (
    kid text primary key references signing_keys on delete cascade,
    instance_id text not null references instances on delete cascade,
    signs_from bigint not null,
    -- When the last token expires that was given a longer life than session tokens have.
    tokens_until bigint not null default 0,
    -- Since when it verifies nothing that the database does not judge as well.
    withdrawn_at bigint
);
create index signing_key_times_by_instance on signing_key_times (instance_id);

-- A master key, sealed under another one: whoever holds one of two learns the other.
create table sealed_master_keys (
    key_id text not null,
    under text not null,
    sealed text not null,
    -- `coming`: it replaces the other; `sealing`: everybody seals with it; `kept`: it was replaced.
    role text not null check (role in ('coming', 'sealing', 'kept')),
    created_at bigint not null,
    primary key (key_id, under)
);
