-- Links by mail that prove an address. Times are ms since the epoch.

-- Bound to the browser that asked for it and to what it was asked for. It is spent together with
-- its verification, which also knows how long it lives.
create table email_links (
    token_hash text primary key,
    instance_id text not null references instances on delete cascade,
    verification_id text not null unique,
    client_id text not null references clients on delete cascade,
    purpose text not null check (purpose in ('sign_in', 'sign_up', 'own_address')),
    subject_id text not null,
    redirect_url text not null,
    opened_by text
);
create index email_links_by_client on email_links (client_id);
