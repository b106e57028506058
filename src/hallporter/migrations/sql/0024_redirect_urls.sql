-- Redirect URLs: where visits to providers may lead back to beside the instance's own pages.

set local lock_timeout = '500ms';

create table redirect_urls (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    url text not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (instance_id, url)
);
create index redirect_urls_by_creation on redirect_urls (instance_id, created_at desc, id desc);
