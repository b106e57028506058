-- What finds rows that are old enough to be deleted. None holds a column that changes with use: the
-- rows of a session that is touched stay where they are.

create index sign_ins_by_end on sign_ins (instance_id, abandon_at);
create index sign_ups_by_end on sign_ups (instance_id, abandon_at);
create index verifications_by_age on verifications (instance_id, created_at);
create index external_verifications_by_age on external_verifications (instance_id, created_at);
create index clients_unused on clients (instance_id, created_at, id)
    where last_authentication_strategy is null;
create index dev_browsers_unused on dev_browsers (instance_id, created_at) where client_id is null;
-- Deleting a client looks for all of its devices.
create index trusted_devices_by_client on trusted_devices (client_id);
