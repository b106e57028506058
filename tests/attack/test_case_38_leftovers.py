"""Case 38: what strangers begin and leave is cleared a little at a time, by nobody all at once."""

import re

from tests.architecture import code
from tests.handshakes import cookies_of
from tests.house import Browser, Clock, Tenant

MANY, AT_ONCE = 250, 100
_MORE = """
    with more as (
        insert into handshakes
        select nonce_hash || n, instance_id, directives_encrypted, expire_at
        from handshakes, generate_series(2, $2) n where instance_id = $1
    )
    select 1
"""
_BY_TIME = re.compile(r"delete from \w+\s+where (?:(?!\bselect\b).)*(_at|_until) <", re.DOTALL)


def left(tenant: Tenant) -> int:
    sql = "select count(*) from handshakes where instance_id = $1"
    return tenant.house.run(tenant.house.open.db.value(sql, tenant.id))


def test_case_38_a_handshake_clears_some_of_those_that_were_left(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    browser.get("/v1/client/handshake", redirect_url="http://localhost:3000/", format="nonce")
    instance.house.run(instance.house.open.db.value(_MORE, instance.id, MANY))
    assert left(instance) == MANY
    # They live for two minutes.
    clock.advance(minutes=1)
    cookies_of(instance, browser)
    assert left(instance) == MANY
    clock.advance(minutes=1)
    cookies_of(instance, browser)
    assert left(instance) == MANY - AT_ONCE
    for _ in range(2):
        cookies_of(instance, browser)
    assert left(instance) == 0


def test_case_38_no_statement_clears_all_that_is_over() -> None:
    # Whoever came after many would have all to delete, and fail at it for ever; whose all of them
    # are harms nobody else.
    unbounded = [
        str(each)
        for each in code.statements()
        if _BY_TIME.search(each.sql) and "client_id =" not in each.sql
    ]
    assert not unbounded
