-- Keys that native apps keep for their users. Times are ms since the epoch.

create table trusted_devices (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    user_id text not null references users on delete cascade,
    -- The installation: it has one key per app, whoever's.
    client_id text not null references clients on delete cascade,
    platform text not null check (platform in ('ios', 'android')),
    app_identifier text not null,
    name text,
    -- A point of P-256, uncompressed (SEC 1 §2.3.3).
    public_key bytea not null,
    status text not null check (status in ('active', 'revoked')),
    last_used_at bigint,
    revoked_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    -- A key is enrolled once: one that was revoked does not come back.
    unique (instance_id, public_key)
);
create index trusted_devices_by_user on trusted_devices (user_id);
create unique index trusted_devices_by_installation
    on trusted_devices (client_id, app_identifier) where status = 'active';

-- What a device is asked to sign. It is spent together with its verification, which also knows how
-- long it lives.
create table trusted_device_challenges (
    verification_id text primary key references verifications on delete cascade,
    instance_id text not null references instances on delete cascade,
    client_id text not null,
    user_id text not null references users on delete cascade,
    -- None yet while it is enrolled.
    trusted_device_id text references trusted_devices on delete cascade,
    client_data text not null
);
create index trusted_device_challenges_by_user on trusted_device_challenges (user_id);
create index trusted_device_challenges_by_device on trusted_device_challenges (trusted_device_id);
