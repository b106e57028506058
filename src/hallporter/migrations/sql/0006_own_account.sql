-- What users do with their own accounts.

-- A new authenticator app counts only once a code of it was shown.
alter table credentials add column pending_totp_secret_encrypted text;

-- The proof under way of an address or a number, and numbers that serve as second factor.
alter table identifications
    add column verification_id text,
    add column reserved_for_second_factor boolean not null default false,
    add column default_second_factor boolean not null default false;

-- Pictures, as we have drawn them anew. A new picture has a new id, and so a new address.
create table profile_images (
    id text primary key,
    instance_id text not null references instances on delete cascade,
    user_id text not null unique references users on delete cascade,
    media_type text not null,
    content bytea not null,
    created_at bigint not null
);

-- What embeds a user shows its picture too: one more column behind whatever the view has by now.
do $$
begin
    execute format(
        'create or replace view user_details as
         select d.*, p.id as profile_image_id
         from (%s) d left join profile_images p on p.user_id = d.id',
        rtrim(pg_get_viewdef('user_details'::regclass), ';')
    );
end $$;

-- Signing up by phone.
alter table sign_ups
    add column phone_number text,
    add column phone_number_verification_id text;
