-- Tickets for those who act in a user's place: people who impersonate, and agents at a task.

create table actor_tokens (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    user_id text not null references users on delete cascade,
    actor jsonb not null,
    token_hash text not null unique,
    status text not null check (status in ('pending', 'accepted', 'revoked')),
    session_max_duration_in_seconds integer not null,
    expire_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index actor_tokens_by_user on actor_tokens (user_id);

create table agent_tasks (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    user_id text not null references users on delete cascade,
    agent_id text not null,
    agent_name text not null,
    task_description text not null,
    redirect_url text not null,
    token_hash text not null unique,
    status text not null check (status in ('pending', 'accepted', 'revoked')),
    session_max_duration_in_seconds integer not null,
    expire_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index agent_tasks_by_user on agent_tasks (user_id);
