-- How a code travelled, and how often codes may be asked for. Times are ms since the epoch.

-- `sms` or `whatsapp`; null where nothing went to a telephone.
alter table verifications add column channel text;

-- When all that was sent to an address, or for an attempt, would be paid off at its rate.
create table sending_limits (
    instance_id text not null references instances on delete cascade,
    -- The keyed hash of an address, or the id of an attempt.
    subject text not null,
    due_at bigint not null,
    primary key (instance_id, subject)
);
