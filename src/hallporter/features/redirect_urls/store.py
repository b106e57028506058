"""Every statement that touches redirect URLs."""

from hallporter.contract.ids import InstanceId, RedirectUrlId
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.redirect_urls.rows import RedirectUrlRow

REDIRECT_URLS_PAGE = f"""
    select {columns(RedirectUrlRow)} from redirect_urls where instance_id = $1
    order by created_at desc, id desc limit $2 offset $3
"""
REDIRECT_URL_COUNT = "select count(*) from redirect_urls where instance_id = $1"
REDIRECT_URL_BY_ID = f"""
    select {columns(RedirectUrlRow)} from redirect_urls where instance_id = $1 and id = $2
"""
IS_REDIRECT_URL = """
    select exists (select from redirect_urls where instance_id = $1 and url = $2)
"""
INSERT_REDIRECT_URL = f"""
    {insert_into("redirect_urls", RedirectUrlRow)}
    on conflict (instance_id, url) do nothing
"""
DELETE_REDIRECT_URL = "delete from redirect_urls where instance_id = $1 and id = $2"


async def redirect_urls_page(
    db: Reader, instance_id: InstanceId, limit: int, offset: int
) -> list[RedirectUrlRow]:
    """Return a part of the list, newest first."""
    return await db.many(RedirectUrlRow, REDIRECT_URLS_PAGE, instance_id, limit, offset)


async def redirect_url_count(db: Reader, instance_id: InstanceId) -> int:
    return await db.value(REDIRECT_URL_COUNT, instance_id)


async def redirect_url_by_id(
    db: Reader, instance_id: InstanceId, id: RedirectUrlId
) -> RedirectUrlRow | None:
    return await db.one(RedirectUrlRow, REDIRECT_URL_BY_ID, instance_id, id)


async def is_redirect_url(db: Reader, instance_id: InstanceId, url: str) -> bool:
    return await db.value(IS_REDIRECT_URL, instance_id, url)


async def insert_redirect_url(tx: Write, row: RedirectUrlRow) -> bool:
    """Store an address; False when the instance has it."""
    return await tx.insert(INSERT_REDIRECT_URL, row) == 1


async def delete_redirect_url(tx: Write, instance_id: InstanceId, id: RedirectUrlId) -> bool:
    return await tx.execute(DELETE_REDIRECT_URL, instance_id, id) == 1
