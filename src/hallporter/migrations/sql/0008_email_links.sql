-- Links by mail that prove an address, and who may sign up. Times are ms since the epoch.

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

create table invitations (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    email_address text not null,
    token_hash text not null unique,
    status text not null check (status in ('pending', 'accepted', 'revoked')),
    public_metadata jsonb not null,
    redirect_url text,
    expire_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index invitations_by_creation on invitations (instance_id, created_at desc, id desc);
create index invitations_by_address on invitations (instance_id, email_address);

-- Whoever came by an invitation keeps the address that was invited.
alter table sign_ups add column invitation_id text;

create table waitlist_entries (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    email_address text not null,
    status text not null check (status in ('pending', 'invited', 'rejected', 'completed')),
    invitation_id text references invitations on delete set null,
    invited_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    unique (instance_id, email_address)
);
create index waitlist_entries_by_creation
    on waitlist_entries (instance_id, created_at desc, id desc);

create table listed_identifiers (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    list text not null check (list in ('allow', 'block')),
    identifier text not null,
    type text not null check (type in ('email_address', 'phone_number')),
    invitation_id text references invitations on delete set null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (instance_id, list, identifier)
);
