-- Who asked for which proof. Times are ms since the epoch. The table of the proofs stays as it is,
-- for the release before reads it whole.

create table verification_owners (
    verification_id text primary key references verifications on delete cascade,
    instance_id text not null references instances on delete cascade,
    -- The id of a client, a session or a user.
    owner text not null,
    created_at bigint not null
);
create index verification_owners_by_owner on verification_owners (instance_id, owner, created_at);
create index verification_owners_by_age on verification_owners (instance_id, created_at);
