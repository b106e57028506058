-- Another number for a user after each change of anything that a User object shows: whoever has shown
-- a user of this revision may show the same again. Users who have none yet get one behind this.

set local lock_timeout = '500ms';

create table user_revisions (
    -- Without references: what deletes a user deletes it below, and nothing is locked for it.
    user_id text primary key,
    instance_id text not null,
    revision bigint not null
) with (fillfactor = 80);
-- Never the same number twice, also after a restore.
create sequence user_revision_numbers;

-- Once in a transaction: the row is its own by then. When it commits, and on a row that nothing else
-- locks, so that no two transactions wait for each other here.
create function move_user_revision(of_user text) returns void language sql as $$
    insert into user_revisions (user_id, instance_id, revision)
    select id, instance_id, nextval('user_revision_numbers') from users where id = of_user
    on conflict (user_id) do update set revision = excluded.revision
    where user_revisions.xmin <> pg_current_xact_id()::xid;
$$;

create function begin_user_revision() returns trigger language plpgsql as $$
begin
    insert into user_revisions (user_id, instance_id, revision)
    values (new.id, new.instance_id, nextval('user_revision_numbers'));
    return null;
end $$;

create function end_user_revision() returns trigger language plpgsql as $$
begin
    delete from user_revisions where user_id = old.id;
    return null;
end $$;

create function user_changed() returns trigger language plpgsql as $$
begin
    perform move_user_revision(new.id);
    return null;
end $$;

create function part_of_user_changed() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform move_user_revision(old.user_id);
    end if;
    if tg_op <> 'DELETE' then
        perform move_user_revision(new.user_id);
    end if;
    return null;
end $$;

create trigger begin_revision after insert on users
    for each row execute function begin_user_revision();
create trigger end_revision after delete on users
    for each row execute function end_user_revision();
create constraint trigger move_revision after update on users
    deferrable initially deferred for each row execute function user_changed();
create constraint trigger move_revision after insert or update or delete on identifications
    deferrable initially deferred for each row execute function part_of_user_changed();
create constraint trigger move_revision after insert or update or delete on credentials
    deferrable initially deferred for each row execute function part_of_user_changed();
create constraint trigger move_revision after insert or update or delete on external_accounts
    deferrable initially deferred for each row execute function part_of_user_changed();
create constraint trigger move_revision after insert or update or delete on passkeys
    deferrable initially deferred for each row execute function part_of_user_changed();
create constraint trigger move_revision after insert or update or delete on profile_images
    deferrable initially deferred for each row execute function part_of_user_changed();
