-- Work that is done after the transaction that asked for it. Times are ms since the epoch.

-- Without a reference to instances, whose rows each job would lock: what is about none any more is
-- taken away by who would do it.
create table jobs (
    kind text not null,
    -- One job of a kind for each; empty for what there is one of.
    subject_id text not null,
    -- Empty for what concerns the server as a whole.
    instance_id text not null,
    attempts integer not null default 0,
    -- While somebody does it: when another one may.
    due_at bigint not null,
    created_at bigint not null,
    primary key (kind, subject_id)
);
create index jobs_due on jobs (kind, instance_id, due_at);

-- A message that has a job is never due for the release before; what that one queues gets a job.
alter table messages alter column next_attempt_at set default 9223372036854775807;
