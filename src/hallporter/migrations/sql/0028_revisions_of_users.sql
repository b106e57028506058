-- A revision for every user who was there before revisions were: nobody waits for this.

set local lock_timeout = '500ms';

insert into user_revisions (user_id, instance_id, revision)
select id, instance_id, nextval('user_revision_numbers') from users
on conflict (user_id) do nothing;
