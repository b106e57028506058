"""Case 38: what strangers begin and leave is cleared a little at a time, by nobody all at once."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.architecture import code
from tests.handshakes import cookies_of
from tests.harness import PASSWORD, TEST_CODE, Browser, Clock, Tenant, new_address
from tests.social.stand_in import standing_in

MANY, AT_ONCE = 250, 100
_MORE = """
    with more as (
        insert into handshakes (nonce_hash, instance_id, directives_encrypted, expire_at)
        select nonce_hash || n, instance_id, directives_encrypted, expire_at
        from handshakes, generate_series(2, $2) n where instance_id = $1
    )
    select 1
"""
_SOME = re.compile(
    r"from (\w+)\s+where instance_id = \$\d and (\w+) <=? .*?limit \d+ for update skip locked",
    re.DOTALL,
)
_BY_TIME = re.compile(r"delete from \w+\s+where (?:(?!\bselect\b).)*(_at|_until) <", re.DOTALL)


def left(tenant: Tenant) -> int:
    sql = "select count(*) from handshakes where instance_id = $1"
    return tenant.harness.run(tenant.harness.open.db.value(sql, tenant.id))


def test_case_38_a_handshake_clears_some_of_those_that_were_left(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    browser.get("/v1/client/handshake", redirect_url="http://localhost:3000/", format="nonce")
    instance.harness.run(instance.harness.open.db.value(_MORE, instance.id, MANY))
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


def test_case_38_a_client_keeps_its_newest_twenty_sign_ins(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    account = instance.browser().sign_up()
    begun: list[str] = []
    for _ in range(30):
        clock.advance(seconds=1)
        reply = browser.post("/v1/client/sign_ins", identifier=account.email_address)
        begun.append(reply.ok().body["id"])
    found = [browser.get(f"/v1/client/sign_ins/{id}").status for id in begun]
    assert found == [404] * 10 + [200] * 20
    # What came to its end stays, and so do those of others.
    done = browser.sign_in(account.email_address).ok().body["id"]
    with instance.browser() as other:
        other.post("/v1/client/sign_ins", identifier=account.email_address).ok()
    assert browser.get(f"/v1/client/sign_ins/{done}").status == 200
    assert browser.get(f"/v1/client/sign_ins/{begun[-1]}").status == 200


def test_case_38_a_client_keeps_its_newest_twenty_visits(
    instance: Tenant, browser: Browser
) -> None:
    provider = "oauth_custom_stand_in"
    page = "http://localhost:3000/callback"
    with standing_in() as stand_in:
        instance.update(**{f"social__{provider}": stand_in.settings})
        form = {"strategy": provider, "redirect_url": page}
        *_, begun = [browser.post("/v1/client/sign_ins", **form).ok() for _ in range(30)]
        address = begun.body["first_factor_verification"]["external_verification_redirect_url"]
        for table in ("oauth_states", "external_verifications"):
            sql = f"select count(*) from {table} where instance_id = $1"
            assert instance.harness.run(instance.harness.open.db.value(sql, instance.id)) == 20
        answer = stand_in.answer(address)
        back = browser.get("/v1/oauth_callback", **dict(parse_qsl(urlsplit(answer).query)))
    assert back.status == 303
    proof = browser.get(f"/v1/client/sign_ins/{begun.body['id']}").ok().body
    assert proof["first_factor_verification"]["status"] in ("transferable", "verified")


def _proofs(tenant: Tenant) -> int:
    sql = "select count(*) from verifications where instance_id = $1 and status <> 'verified'"
    return tenant.harness.run(tenant.harness.open.db.value(sql, tenant.id))


def _new_challenge(browser: Browser) -> None:
    """Begin a sign-in with the challenge to a passkey: whose, the answer would say."""
    browser.post("/v1/client/sign_ins", strategy="passkey").ok()


def _other_challenge(browser: Browser) -> None:
    """Ask for another challenge in the same sign-in."""
    client: Any = browser.get("/v1/client").ok().body
    if client is None:
        _new_challenge(browser)
    else:
        path = f"/v1/client/sign_ins/{client['sign_in']['id']}/prepare_first_factor"
        browser.post(path, strategy="passkey").ok()


def _code(browser: Browser) -> None:
    """Ask for the code of an address for tests: as it is not sent, it is not counted either."""
    begun = browser.post("/v1/client/sign_ups", email_address=new_address()).ok().body["id"]
    path = f"/v1/client/sign_ups/{begun}/prepare_verification"
    browser.post(path, strategy="email_code").ok()


def _key(browser: Browser) -> None:
    """Begin to register a passkey."""
    browser.post("/v1/me/passkeys").ok()


@pytest.mark.parametrize("ask", [_new_challenge, _other_challenge, _code, _key])
def test_case_38_who_asks_for_proofs_over_and_over_keeps_the_newest_twenty(
    instance: Tenant, browser: Browser, ask: Callable[[Browser], None]
) -> None:
    instance.update(attributes__passkey__enabled=True)
    if ask is _key:
        browser.sign_up()
    for _ in range(30):
        ask(browser)
    assert _proofs(instance) == 20
    # Others keep theirs.
    with instance.browser() as other:
        _new_challenge(other)
        _code(other)
    ask(browser)
    assert _proofs(instance) == 22


def test_case_38_what_was_proved_is_not_crowded_out(instance: Tenant, browser: Browser) -> None:
    instance.update(attributes__phone_number__enabled=True, attributes__phone_number__required=True)
    form = {"email_address": new_address(), "phone_number": "+15555550100", "password": PASSWORD}
    path = f"/v1/client/sign_ups/{browser.post('/v1/client/sign_ups', **form).ok().body['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    right = {"strategy": "email_code", "code": TEST_CODE}
    browser.post(f"{path}/attempt_verification", **right).ok()
    for _ in range(30):
        browser.post(f"{path}/prepare_verification", strategy="phone_code").ok()
    right = {"strategy": "phone_code", "code": TEST_CODE}
    done = browser.post(f"{path}/attempt_verification", **right).ok()
    assert done.body["status"] == "complete"


def test_case_38_proofs_that_nobody_gave_go_after_a_day(instance: Tenant, clock: Clock) -> None:
    for _ in range(30):
        with instance.browser() as browser:
            _code(browser)
    instance.browser().sign_up()
    assert _proofs(instance) == 30
    clock.advance(days=1)
    with instance.browser() as browser:
        _code(browser)
    assert _proofs(instance) == 1


def test_case_38_no_statement_clears_all_that_is_over() -> None:
    # Whoever came after many would have all to delete, and fail at it for ever; whose all of them
    # are harms nobody else.
    unbounded = [
        str(each)
        for each in code.statements()
        if _BY_TIME.search(each.sql) and "client_id =" not in each.sql
    ]
    assert not unbounded


def test_case_38_what_is_over_is_found_by_an_index(instance: Tenant) -> None:
    # In a full table whoever clears some would read all that is not over, at each request.
    db = instance.harness.open.db
    defined = instance.harness.run(
        db.column("select tablename || indexdef from pg_indexes where schemaname = 'public'")
    )
    cleared = {found for each in code.statements() for found in _SOME.findall(each.sql)}
    assert {table for table, _ in cleared} > {"handshakes", "oauth_states", "refresh_tokens"}
    unindexed = [
        (table, column)
        for table, column in cleared
        if not any(
            each.startswith(table) and f"(instance_id, {column})" in each for each in defined
        )
    ]
    assert not unindexed
