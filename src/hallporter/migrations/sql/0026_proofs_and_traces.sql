-- transactional: false
-- Since when a first factor is proved, and until when those of a user are void; where messages to
-- users went under addresses that are theirs no more. Times are ms since the epoch.

set lock_timeout = '500ms';
alter table sign_ins add column if not exists first_factor_proved_at bigint;
alter table credentials add column if not exists proofs_void_at bigint;
-- Without references: nothing of users or instances is locked for it.
create table if not exists former_recipients (
    instance_id text not null,
    user_id text not null,
    recipient text not null,
    created_at bigint not null,
    primary key (instance_id, user_id, recipient)
);
create index if not exists former_recipients_by_age on former_recipients (instance_id, created_at);
reset lock_timeout;

-- What is left of users who were deleted is found by where messages to them went.
drop index concurrently if exists events_of_messages;
create index concurrently events_of_messages on events (instance_id, object_id)
    where type in ('email.created', 'sms.created');
drop index concurrently if exists sign_ups_by_address;
create index concurrently sign_ups_by_address on sign_ups (instance_id, email_address)
    where email_address is not null;
drop index concurrently if exists sign_ups_by_number;
create index concurrently sign_ups_by_number on sign_ups (instance_id, phone_number)
    where phone_number is not null;
drop index concurrently if exists sign_ins_of_nobody;
create index concurrently sign_ins_of_nobody on sign_ins (instance_id, lower(identifier))
    where user_id is null and identifier is not null;

-- Tickets that nobody can take any more.
drop index concurrently if exists sign_in_tokens_by_end;
create index concurrently sign_in_tokens_by_end on sign_in_tokens (instance_id, expire_at);
drop index concurrently if exists actor_tokens_by_end;
create index concurrently actor_tokens_by_end on actor_tokens (instance_id, expire_at);
drop index concurrently if exists agent_tasks_by_end;
create index concurrently agent_tasks_by_end on agent_tasks (instance_id, expire_at);
