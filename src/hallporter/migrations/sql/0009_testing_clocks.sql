-- By how many ms an instance in test mode is ahead of real time; without a row it is not.

create table testing_clocks (
    instance_id text primary key references instances on delete cascade,
    ahead_by bigint not null,
    updated_at bigint not null
);
