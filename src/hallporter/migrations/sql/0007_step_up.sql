-- Proving oneself again within a session, what a session still waits for, and passkeys.

create table session_reverifications (
    session_id text primary key references sessions on delete cascade,
    instance_id text not null references instances on delete cascade,
    level text not null check (level in ('first_factor', 'second_factor', 'multi_factor')),
    status text not null check (status in ('needs_first_factor', 'needs_second_factor', 'complete')),
    first_factor_verification_id text,
    first_factor_strategy text,
    second_factor_verification_id text,
    second_factor_strategy text,
    expire_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);

-- A session with tasks is pending: it becomes active with the last of them.
alter table sessions add column tasks text[] not null default '{}';

alter table credentials add column password_compromised_at bigint;

create table passkeys (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    user_id text not null references users on delete cascade,
    name text not null,
    status text not null check (status in ('unverified', 'verified')),
    -- Base64url, as browsers name it.
    credential_id text,
    public_key bytea,
    sign_count bigint not null default 0,
    transports text[] not null default '{}',
    -- The proof that registers it: asked of one client, once.
    client_id text not null,
    verification_id text not null,
    last_used_at bigint,
    created_at bigint not null,
    updated_at bigint not null
);
create index passkeys_by_user on passkeys (user_id);
create unique index passkeys_by_credential on passkeys (instance_id, credential_id)
    where credential_id is not null;

-- What embeds a user shows the passkeys too: one more column behind whatever the view has by now.
do $$
begin
    execute format(
        'create or replace view user_details as
         select d.*, coalesce((
             select json_agg(json_build_object(
                 ''id'', p.id, ''name'', p.name, ''credential_id'', p.credential_id,
                 ''transports'', p.transports, ''last_used_at'', p.last_used_at,
                 ''created_at'', p.created_at, ''updated_at'', p.updated_at
             ) order by p.created_at, p.id)
             from passkeys p where p.user_id = d.id and p.status = ''verified''
         ), ''[]'') as passkeys
         from (%s) d',
        rtrim(pg_get_viewdef('user_details'::regclass), ';')
    );
end $$;
