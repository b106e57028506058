-- Visits that a native app begins come back in a browser that shows nothing of the app.

set local lock_timeout = '500ms';

alter table oauth_states
    add column is_native boolean not null default false,
    -- Back from the provider: it waits for the app to show what only its redirect URL was told.
    add column is_back boolean not null default false;
