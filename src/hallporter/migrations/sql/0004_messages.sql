-- Messages hold facts instead of a text: nothing of what they tell is readable in the database.
-- The old rows held codes in their subjects; what was still queued was worth ten minutes at most.

drop table messages;
create table messages (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    channel text not null check (channel in ('email', 'sms', 'whatsapp')),
    slug text not null,
    recipient text not null,
    -- Gone once the message has left.
    facts_encrypted text,
    -- What makes it pointless before it has left: its code is spent, or a newer one regards the same.
    verification_id text,
    regarding text,
    expire_at bigint,
    status text not null check (status in ('queued', 'sent', 'failed', 'dropped')),
    attempts integer not null default 0,
    next_attempt_at bigint not null,
    created_at bigint not null,
    sent_at bigint
);
create index messages_queued on messages (next_attempt_at) where status = 'queued';
create index messages_by_instance on messages (instance_id, created_at desc, id desc);
create index messages_by_subject on messages (instance_id, regarding, created_at)
    where regarding is not null;
