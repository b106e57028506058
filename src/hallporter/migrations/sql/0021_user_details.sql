-- What embeds a user, written out: until here each release had wrapped the view of the one before.
-- What a release shows anew comes behind the columns that there are, in a definition as whole as this.

create or replace view user_details as
select
    u.id,
    u.instance_id,
    u.external_id,
    u.first_name,
    u.last_name,
    u.locale,
    u.primary_email_address_id,
    u.primary_phone_number_id,
    u.public_metadata,
    u.private_metadata,
    u.unsafe_metadata,
    u.banned,
    u.failed_attempts,
    u.locked_until,
    u.delete_self_enabled,
    u.create_organization_enabled,
    u.create_organizations_limit,
    u.bypass_client_trust,
    u.legal_accepted_at,
    u.last_sign_in_at,
    u.last_active_at,
    u.created_at,
    u.updated_at,
    c.password_hash is not null as password_enabled,
    c.password_updated_at as password_last_updated_at,
    c.totp_secret_encrypted is not null as totp_enabled,
    coalesce(cardinality(c.backup_code_hashes) > 0, false) as backup_code_enabled,
    c.mfa_enabled_at,
    c.mfa_disabled_at,
    coalesce((
        select json_agg(i order by i.created_at, i.id) from identifications i where i.user_id = u.id
    ), '[]') as identifications,
    coalesce((
        select json_agg(e order by e.created_at, e.id)
        from external_accounts e where e.user_id = u.id
    ), '[]') as external_accounts,
    p.id as profile_image_id,
    coalesce((
        select json_agg(json_build_object(
            'id', k.id, 'name', k.name, 'credential_id', k.credential_id,
            'transports', k.transports, 'last_used_at', k.last_used_at,
            'created_at', k.created_at, 'updated_at', k.updated_at
        ) order by k.created_at, k.id)
        from passkeys k where k.user_id = u.id and k.status = 'verified'
    ), '[]') as passkeys
from users u
left join credentials c on c.user_id = u.id
left join profile_images p on p.user_id = u.id;
