-- What a sign-in will change of its user once its second factor is proved. Times are ms since the epoch.

create table sign_in_changes (
    sign_in_id text primary key references sign_ins on delete cascade,
    instance_id text not null references instances on delete cascade,
    -- The password that was chosen, and whether every other session is to end with it.
    password_hash text,
    ends_sessions boolean not null default false,
    -- The account at another provider that is to be linked, sealed, and by which strategy it came.
    strategy text,
    identity_encrypted text,
    created_at bigint not null
);
create index sign_in_changes_by_age on sign_in_changes (instance_id, created_at);
