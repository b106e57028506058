-- Accounts at other providers, and the way there and back. Times are ms since the epoch.

create table external_accounts (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    user_id text not null references users on delete cascade,
    identification_id text not null,
    strategy text not null,
    status text not null check (status in ('unverified', 'verified')),
    error jsonb not null default 'null',
    issuer text not null,
    provider_user_id text not null,
    approved_scopes text not null,
    email_address text not null,
    email_address_verified boolean,
    first_name text not null,
    last_name text not null,
    username text,
    image_url text,
    label text,
    public_metadata jsonb not null default '{}',
    expire_at bigint,
    created_at bigint not null,
    updated_at bigint not null
);
create index external_accounts_by_user on external_accounts (user_id);
-- Whom a provider means by a subject is one user: its own name for the account decides, not an address.
create unique index external_accounts_owned on external_accounts (instance_id, issuer, provider_user_id)
    where status = 'verified';

-- Apart from the accounts, so that reading a user never carries them along.
create table external_account_tokens (
    external_account_id text primary key references external_accounts on delete cascade,
    instance_id text not null references instances on delete cascade,
    access_token_encrypted text not null,
    refresh_token_encrypted text,
    id_token_encrypted text,
    expire_at bigint,
    updated_at bigint not null
);

-- What became of a visit to a provider; who somebody is there is kept until a user has it.
create table external_verifications (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    client_id text not null references clients on delete cascade,
    strategy text not null,
    status text not null check (status in ('unverified', 'verified', 'failed', 'transferable')),
    error jsonb not null default 'null',
    redirect_url_encrypted text,
    identity_encrypted text,
    expire_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index external_verifications_by_client on external_verifications (client_id);

-- A visit under way: bound to the browser that began it, gone when it returns.
create table oauth_states (
    state_hash text primary key,
    instance_id text not null references instances on delete cascade,
    client_id text not null references clients on delete cascade,
    user_id text references users on delete cascade,
    strategy text not null,
    purpose text not null check (purpose in ('sign_in', 'sign_up', 'connect')),
    subject_id text not null,
    verification_id text,
    secrets_encrypted text not null,
    callback_url text not null,
    redirect_url text not null,
    action_complete_redirect_url text,
    expire_at bigint not null
);
create index oauth_states_by_client on oauth_states (client_id);
create index oauth_states_by_expiry on oauth_states (instance_id, expire_at);

alter table sign_ups add column external_verification_id text;

-- What embeds a user shows these accounts too: one more column behind whatever the view has by now.
do $$
begin
    execute format(
        'create or replace view user_details as
         select d.*, coalesce((
             select json_agg(e order by e.created_at, e.id)
             from external_accounts e where e.user_id = d.id
         ), ''[]'') as external_accounts
         from (%s) d',
        rtrim(pg_get_viewdef('user_details'::regclass), ';')
    );
end $$;
