-- How much senders, mailboxes, ranges of numbers and instances have asked for. Times are ms since
-- the epoch.

-- Unlogged: a count costs no flush of the log, and a crash forgets an hour of counts. Without a
-- reference to instances, whose rows each count would lock; what is paid off is taken away.
create unlogged table spendings (
    instance_id text not null,
    -- A keyed hash of who it is, and of what.
    subject text not null,
    -- When all that was asked for would be paid off at its rate.
    due_at bigint not null,
    -- In how many ms all that may be asked for at once is paid off.
    spread bigint not null,
    primary key (instance_id, subject)
);
create index spendings_by_due on spendings (instance_id, due_at);
