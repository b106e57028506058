-- Each handshake takes away some of its instance's that have expired: found among those of one
-- instance, not of all.

create index handshakes_by_instance on handshakes (instance_id, expire_at);
drop index handshakes_by_expiry;
