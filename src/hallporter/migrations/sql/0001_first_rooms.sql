-- Instances, users, clients, sessions, sign-ins and sign-ups. Times are ms since the epoch.

create table vault (
    fingerprint text primary key,
    created_at bigint not null
);

-- instances

create table instances (
    id text primary key,
    slug text not null unique,
    environment_type text not null check (environment_type in ('development', 'production')),
    frontend_host text not null unique,
    publishable_key text not null unique,
    settings jsonb not null,
    revision bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);

create table secret_keys (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    key_hash text not null unique,
    key_encrypted text not null,
    created_at bigint not null
);
create index secret_keys_by_instance on secret_keys (instance_id);

create table signing_keys (
    kid text primary key,
    instance_id text not null references instances on delete cascade,
    private_key_encrypted text not null,
    created_at bigint not null
);
create index signing_keys_by_instance on signing_keys (instance_id, created_at desc);

-- users

create table users (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    external_id text,
    first_name text,
    last_name text,
    locale text,
    primary_email_address_id text,
    primary_phone_number_id text,
    public_metadata jsonb not null default '{}',
    private_metadata jsonb not null default '{}',
    unsafe_metadata jsonb not null default '{}',
    banned boolean not null default false,
    failed_attempts integer not null default 0,
    locked_until bigint,
    delete_self_enabled boolean not null default true,
    create_organization_enabled boolean not null default true,
    create_organizations_limit integer,
    bypass_client_trust boolean not null default false,
    legal_accepted_at bigint,
    last_sign_in_at bigint,
    last_active_at bigint,
    created_at bigint not null,
    updated_at bigint not null
);
create index users_by_creation on users (instance_id, created_at desc, id desc);
create unique index users_by_external_id on users (instance_id, external_id)
    where external_id is not null;

create table identifications (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    user_id text not null references users on delete cascade,
    type text not null check (type in ('email_address', 'phone_number', 'username')),
    identifier text not null,
    canonical text not null,
    status text not null check (status in ('unverified', 'verified')),
    strategy text,
    attempts integer,
    expire_at bigint,
    created_at bigint not null,
    updated_at bigint not null
);
create index identifications_by_user on identifications (user_id);
create index identifications_by_canonical on identifications (instance_id, type, canonical);
-- Whoever proved an identifier owns it; unproven claims of others may stand beside it.
create unique index identifications_owned on identifications (instance_id, type, canonical)
    where status = 'verified';

create table credentials (
    user_id text primary key references users on delete cascade,
    instance_id text not null references instances on delete cascade,
    password_hash text,
    password_updated_at bigint,
    totp_secret_encrypted text,
    totp_last_step bigint,
    backup_code_hashes text[] not null default '{}',
    mfa_enabled_at bigint,
    mfa_disabled_at bigint,
    updated_at bigint not null
);

-- Everything a User object shows, in one row: what embeds a user joins this.
create view user_details as
select
    u.*,
    c.password_hash is not null as password_enabled,
    c.password_updated_at as password_last_updated_at,
    c.totp_secret_encrypted is not null as totp_enabled,
    coalesce(cardinality(c.backup_code_hashes) > 0, false) as backup_code_enabled,
    c.mfa_enabled_at,
    c.mfa_disabled_at,
    coalesce((
        select json_agg(i order by i.created_at, i.id) from identifications i where i.user_id = u.id
    ), '[]') as identifications
from users u
left join credentials c on c.user_id = u.id;

-- clients and sessions

create table clients (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    token_hash text not null,
    previous_token_hash text,
    rotated_at bigint,
    sign_in_id text,
    sign_up_id text,
    last_active_session_id text,
    last_authentication_strategy text,
    created_at bigint not null,
    updated_at bigint not null
);
create index clients_by_creation on clients (instance_id, created_at desc, id desc);
-- Seven bytes a client, so that counting a million takes 85 ms rather than 226.
create index clients_by_instance on clients (instance_id);

create table dev_browsers (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    token_hash text not null unique,
    client_id text references clients on delete set null,
    created_at bigint not null
);
create index dev_browsers_by_client on dev_browsers (client_id);

create table handshakes (
    nonce_hash text primary key,
    instance_id text not null references instances on delete cascade,
    directives_encrypted text not null,
    expire_at bigint not null
);
create index handshakes_by_expiry on handshakes (expire_at);

create table sessions (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    client_id text not null references clients on delete cascade,
    user_id text not null references users on delete cascade,
    status text not null check (
        status in ('active', 'pending', 'revoked', 'ended', 'removed', 'replaced')
    ),
    actor jsonb not null default 'null',
    last_active_organization_id text,
    first_factor_verified_at bigint,
    second_factor_verified_at bigint,
    refresh_token_hash text,
    ip_address text,
    user_agent text,
    last_active_at bigint not null,
    expire_at bigint not null,
    abandon_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index sessions_by_client on sessions (client_id);
create index sessions_by_user on sessions (user_id, created_at desc);
create index sessions_by_creation on sessions (instance_id, created_at desc, id desc);

-- attempts

create table verifications (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    strategy text not null,
    status text not null check (status in ('unverified', 'verified', 'failed')),
    attempts integer not null default 0,
    code_digest text,
    identification_id text,
    expire_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);

create table sign_ins (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    client_id text not null references clients on delete cascade,
    status text not null,
    identifier text,
    identification_id text,
    user_id text references users on delete cascade,
    first_factor_verification_id text,
    first_factor_strategy text,
    second_factor_verification_id text,
    second_factor_strategy text,
    new_password_required boolean not null default false,
    created_session_id text,
    abandon_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index sign_ins_by_client on sign_ins (client_id);
create index sign_ins_by_user on sign_ins (user_id);

create table sign_ups (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    client_id text not null references clients on delete cascade,
    status text not null,
    email_address text,
    username text,
    first_name text,
    last_name text,
    password_hash text,
    unsafe_metadata jsonb not null default '{}',
    email_address_verification_id text,
    locale text,
    legal_accepted_at bigint,
    created_session_id text,
    created_user_id text,
    abandon_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index sign_ups_by_client on sign_ups (client_id);

create table sign_in_tokens (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    user_id text not null references users on delete cascade,
    token_hash text not null unique,
    status text not null check (status in ('pending', 'accepted', 'revoked')),
    expire_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index sign_in_tokens_by_user on sign_in_tokens (user_id);

-- mail that is written in the transaction that caused it, and sent after

create table messages (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    slug text not null,
    to_address text not null,
    subject text not null,
    body_encrypted text,
    status text not null check (status in ('queued', 'sent', 'failed')),
    attempts integer not null default 0,
    next_attempt_at bigint not null,
    created_at bigint not null,
    sent_at bigint
);
create index messages_queued on messages (next_attempt_at) where status = 'queued';
create index messages_by_instance on messages (instance_id, created_at desc);
