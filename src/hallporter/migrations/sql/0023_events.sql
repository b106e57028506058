-- What happened, and what is to be erased. Times are ms since the epoch.

-- Without references: what happened stays when its object goes, and locks nothing.
create table events (
    id text primary key,
    instance_id text not null,
    type text not null,
    object_id text not null,
    -- Whose personal data `object` holds.
    user_id text,
    object json,
    cause text not null check (cause in ('user', 'secret_key', 'visitor', 'console', 'job')),
    cause_id text not null,
    cause_session_id text not null,
    ip text,
    user_agent text not null,
    created_at bigint not null
);
create index events_by_age on events (instance_id, created_at, id);
create index events_by_user on events (instance_id, user_id, created_at) where user_id is not null;
create index events_by_cause on events (instance_id, cause_id, created_at) where cause_id <> '';

-- Users who were deleted, for the days until what is left of them has gone as well.
create table erasures (
    user_id text primary key,
    instance_id text not null,
    -- Where mail and SMS to them went.
    recipients text[] not null,
    created_at bigint not null
);
create index messages_by_recipient on messages (instance_id, recipient);
create index sign_ups_by_user on sign_ups (instance_id, created_user_id)
    where created_user_id is not null;
