-- Reserved identifiers, and the orders in which users are listed.

-- An identifier may be held for a user who has not proved it yet: nobody else can have it.
alter table identifications drop constraint identifications_status_check;
alter table identifications add constraint identifications_status_check
    check (status in ('unverified', 'reserved', 'verified'));
drop index identifications_owned;
create unique index identifications_owned on identifications (instance_id, type, canonical)
    where status in ('reserved', 'verified');

-- Each serves its column in both directions: moments that never were count as the earliest, names
-- that nobody gave as the last.
create index users_by_update on users (instance_id, updated_at desc, id desc);
create index users_by_activity on users (instance_id, last_active_at desc nulls last, id desc);
create index users_by_sign_in on users (instance_id, last_sign_in_at desc nulls last, id desc);
create index users_by_first_name on users (instance_id, lower(first_name), id);
create index users_by_last_name on users (instance_id, lower(last_name), id);
create index users_banned on users (instance_id, created_at desc, id desc) where banned;
