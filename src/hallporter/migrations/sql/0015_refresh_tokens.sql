-- A refresh token per handshake, and what is needed to tell a request that was late from a thief's.
-- Times are ms since the epoch. `sessions.refresh_token_hash` stays for the release before.

create table refresh_tokens (
    -- The first half of every token of one handshake, each the successor of the one before.
    handle text primary key,
    instance_id text not null references instances on delete cascade,
    session_id text not null references sessions on delete cascade,
    -- The hash of the current token's second half.
    token_hash text not null,
    -- Of the one before, when it was spent, and what makes its successor of it again.
    previous_token_hash text,
    spent_at bigint,
    successor_key text,
    expire_at bigint not null,
    created_at bigint not null
);
create index refresh_tokens_by_session on refresh_tokens (session_id, created_at);
create index refresh_tokens_by_expiry on refresh_tokens (instance_id, expire_at);
