-- JWT templates: what tokens for other services are made of.

create table jwt_templates (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    name text not null,
    -- As it was given: `jsonb` would put the claims in another order.
    claims json not null,
    lifetime bigint not null,
    allowed_clock_skew bigint not null,
    signing_algorithm text not null,
    signing_key_encrypted text,
    created_at bigint not null,
    updated_at bigint not null,
    unique (instance_id, name)
);
create index jwt_templates_by_creation on jwt_templates (instance_id, created_at desc, id desc);
