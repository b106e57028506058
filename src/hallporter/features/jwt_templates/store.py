"""Every statement that touches JWT templates, and the one that a token from one needs."""

import asyncpg

from hallporter.contract.ids import ClientId, InstanceId, JwtTemplateId, SessionId
from hallporter.contract.token_template import Subject
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.jwt_templates.rows import JwtTemplateRow

TEMPLATES = f"""
    select {columns(JwtTemplateRow)} from jwt_templates
    where instance_id = $1 order by created_at desc, id desc
"""
TEMPLATES_PAGE = f"""
    select {columns(JwtTemplateRow)} from jwt_templates where instance_id = $1
    order by created_at desc, id desc limit $2 offset $3
"""
TEMPLATE_COUNT = "select count(*) from jwt_templates where instance_id = $1"
TEMPLATE_BY_ID = f"""
    select {columns(JwtTemplateRow)} from jwt_templates where instance_id = $1 and id = $2
"""
TEMPLATE_BY_NAME = f"""
    select {columns(JwtTemplateRow)} from jwt_templates where instance_id = $1 and name = $2
"""
INSERT_TEMPLATE = f"""
    {insert_into("jwt_templates", JwtTemplateRow)}
    on conflict (instance_id, name) do nothing
"""
UPDATE_TEMPLATE = """
    update jwt_templates set
        name = $3, claims = $4, lifetime = $5, allowed_clock_skew = $6, signing_algorithm = $7,
        signing_key_encrypted = $8, updated_at = $9
    where instance_id = $1 and id = $2
"""
DELETE_TEMPLATE = "delete from jwt_templates where instance_id = $1 and id = $2"


# The hot path: everything that a template may name, in one round trip.
def _subject(now: str) -> str:
    return f"""
    select
        (
            s.status in ('active', 'pending') and s.expire_at > {now} and s.abandon_at > {now}
        ) as is_live,
        s.status = 'pending' as is_pending,
        s.actor,
        u.id as user_id,
        u.external_id,
        u.first_name,
        u.last_name,
        (
            select n.identifier from identifications n
            where n.user_id = u.id and n.type = 'username' limit 1
        ) as username,
        e.identifier as primary_email_address,
        coalesce(e.status = 'verified', false) as email_verified,
        p.identifier as primary_phone_number,
        coalesce(p.status = 'verified', false) as phone_number_verified,
        k.totp_secret_encrypted is not null as two_factor_enabled,
        u.public_metadata,
        u.unsafe_metadata,
        u.created_at,
        u.updated_at
    from sessions s
    join clients c on c.id = s.client_id
    join users u on u.id = s.user_id
    left join identifications e on e.id = u.primary_email_address_id
    left join identifications p on p.id = u.primary_phone_number_id
    left join credentials k on k.user_id = u.id
"""


SUBJECT_BY_CREDENTIAL = f"""
    {_subject("$5")}
    where s.instance_id = $1 and s.id = $2 and c.id = $3 and c.token_hash = $4
"""
SUBJECT_BY_SESSION = f"""
    {_subject("$3")}
    where s.instance_id = $1 and s.id = $2
"""


async def templates(db: Reader, instance_id: InstanceId) -> list[JwtTemplateRow]:
    """Return every template of an instance, newest first."""
    return await db.many(JwtTemplateRow, TEMPLATES, instance_id)


async def templates_page(
    db: Reader, instance_id: InstanceId, *, limit: int, offset: int
) -> list[JwtTemplateRow]:
    """Return a page of an instance's templates, newest first."""
    return await db.many(JwtTemplateRow, TEMPLATES_PAGE, instance_id, limit, offset)


async def template_count(db: Reader, instance_id: InstanceId) -> int:
    return await db.value(TEMPLATE_COUNT, instance_id)


async def template_by_id(
    db: Reader, instance_id: InstanceId, id: JwtTemplateId
) -> JwtTemplateRow | None:
    return await db.one(JwtTemplateRow, TEMPLATE_BY_ID, instance_id, id)


async def template_by_name(db: Reader, instance_id: InstanceId, name: str) -> JwtTemplateRow | None:
    return await db.one(JwtTemplateRow, TEMPLATE_BY_NAME, instance_id, name)


async def insert_template(tx: Write, row: JwtTemplateRow) -> bool:
    """Store `row`; False when another template has its name."""
    return await tx.insert(INSERT_TEMPLATE, row) == 1


async def update_template(tx: Write, row: JwtTemplateRow) -> bool:
    """Store what a template may be changed to; False when another one has the name."""
    try:
        await tx.execute(
            UPDATE_TEMPLATE,
            row.instance_id,
            row.id,
            row.name,
            row.claims,
            row.lifetime,
            row.allowed_clock_skew,
            row.signing_algorithm,
            row.signing_key_encrypted,
            row.updated_at,
        )
    except asyncpg.UniqueViolationError:
        return False
    return True


async def delete_template(tx: Write, instance_id: InstanceId, id: JwtTemplateId) -> bool:
    """Delete a template; False when there is none of this id."""
    return await tx.execute(DELETE_TEMPLATE, instance_id, id) == 1


async def subject_by_credential(
    db: Reader,
    instance_id: InstanceId,
    id: SessionId,
    client_id: ClientId,
    token_hash: str,
    now: int,
) -> Subject | None:
    return await db.one(Subject, SUBJECT_BY_CREDENTIAL, instance_id, id, client_id, token_hash, now)


async def subject_by_session(
    db: Reader, instance_id: InstanceId, id: SessionId, now: int
) -> Subject | None:
    return await db.one(Subject, SUBJECT_BY_SESSION, instance_id, id, now)
