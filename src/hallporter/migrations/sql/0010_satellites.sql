-- What a browser shows on a satellite domain instead of its client's token, which rotates elsewhere.

create table satellite_clients (
    token_hash text primary key,
    instance_id text not null references instances on delete cascade,
    client_id text not null references clients on delete cascade,
    domain text not null,
    created_at bigint not null,
    unique (client_id, domain)
);
