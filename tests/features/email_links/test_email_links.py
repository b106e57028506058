"""An address is proved by a link, in the browser that asked for it or for it."""

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import ORIGIN, PASSWORD, Browser, Clock, Outbox, Tenant, new_address
from tests.links import HERE, begin_sign_in, begin_sign_up, follow, mailed, query_of_link, settings

ADDRESS = "ada@example.com"


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that mails links."""
    return make_instance(settings())


@pytest.fixture
def lenient(make_instance: Make) -> Tenant:
    """An instance that takes a proof from any browser."""
    return make_instance(settings(require_same_client=False))


def make_user(instance: Tenant, address: str = ADDRESS) -> str:
    with instance.backend() as backend:
        return backend.create_user(email_address=[address])["id"]


def test_link_signs_in_where_it_was_asked_for(
    instance: Tenant, browser: Browser, outbox: Outbox
) -> None:
    make_user(instance)
    path = begin_sign_in(browser, ADDRESS)
    waiting = browser.get(path).ok().body
    assert waiting["status"] == "needs_first_factor"
    verification = waiting["first_factor_verification"]
    assert verification["object"] == "verification_email_link"
    assert (verification["status"], verification["strategy"]) == ("unverified", "email_link")
    assert "verified_at_client" not in verification

    opened = follow(browser, mailed(outbox, ADDRESS))
    done = browser.get(path).ok()
    assert query_of_link(opened) == {
        "__clerk_status": "verified",
        "__clerk_created_session": done.body["created_session_id"],
    }
    assert done.body["status"] == "complete"
    verification = done.body["first_factor_verification"]
    assert (verification["status"], verification["strategy"]) == ("verified", "email_link")
    assert verification["verified_at_client"] == browser.client_id
    assert [each["id"] for each in done.client["sessions"]] == [done.body["created_session_id"]]
    assert done.client["last_authentication_strategy"] == "email_link"


def test_link_signs_up_where_it_was_asked_for(
    instance: Tenant, browser: Browser, outbox: Outbox
) -> None:
    path = begin_sign_up(browser, ADDRESS, password=PASSWORD)
    waiting = browser.get(path).ok().body["verifications"]["email_address"]
    assert (waiting["object"], waiting["status"]) == ("verification_email_link", "unverified")
    opened = follow(browser, mailed(outbox, ADDRESS))
    done = browser.get(path).ok().body
    assert done["status"] == "complete"
    assert done["verifications"]["email_address"]["verified_at_client"] == browser.client_id
    assert query_of_link(opened)["__clerk_created_session"] == done["created_session_id"]
    (address,) = browser.get("/v1/me").ok().body["email_addresses"]
    assert address["verification"]["status"] == "verified"
    assert address["verification"]["strategy"] == "email_link"


def test_page_that_waited_is_shown_the_finished_sign_up_on_its_client(
    browser: Browser, outbox: Outbox
) -> None:
    path = begin_sign_up(browser, ADDRESS, password=PASSWORD)
    follow(browser, mailed(outbox, ADDRESS))
    seen = browser.get(path).ok()
    assert seen.client["sign_up"] == seen.body
    assert browser.get("/v1/client").ok().body["sign_up"] is None


def test_sign_up_that_lacks_more_goes_on_after_its_link(browser: Browser, outbox: Outbox) -> None:
    path = begin_sign_up(browser, ADDRESS)
    opened = follow(browser, mailed(outbox, ADDRESS))
    assert query_of_link(opened) == {"__clerk_status": "verified"}
    waiting = browser.get(path).ok().body
    assert (waiting["unverified_fields"], waiting["missing_fields"]) == ([], ["password"])
    done = browser.post(path, _method="PATCH", password=PASSWORD).ok().body
    assert done["status"] == "complete"


def test_link_proves_ones_own_address(browser: Browser, outbox: Outbox) -> None:
    browser.sign_up()
    made = browser.post("/v1/me/email_addresses", email_address=ADDRESS).ok().body["id"]
    path = f"/v1/me/email_addresses/{made}"
    waiting = browser.post(
        f"{path}/prepare_verification", strategy="email_link", redirect_url=HERE
    ).ok()
    assert waiting.body["verification"]["object"] == "verification_email_link"
    opened = follow(browser, mailed(outbox, ADDRESS))
    assert query_of_link(opened) == {"__clerk_status": "verified"}
    assert browser.get(path).ok().body["verification"]["status"] == "verified"


def test_second_factor_is_asked_for_after_the_link(
    instance: Tenant, browser: Browser, outbox: Outbox
) -> None:
    with instance.backend() as backend:
        backend.create_user(email_address=[ADDRESS], totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    path = begin_sign_in(browser, ADDRESS)
    opened = follow(browser, mailed(outbox, ADDRESS))
    assert query_of_link(opened) == {"__clerk_status": "verified"}
    assert browser.get(path).ok().body["status"] == "needs_second_factor"
    assert browser.get("/v1/me").status == 401


def test_proof_from_elsewhere_signs_in_where_it_was_asked_for(lenient: Tenant) -> None:
    make_user(lenient)
    browser, other = lenient.browser(), lenient.browser()
    path = begin_sign_in(browser, ADDRESS)
    opened = follow(other, mailed(lenient.outbox(), ADDRESS))
    assert query_of_link(opened) == {"__clerk_status": "verified"}
    assert other.get("/v1/me").status == 401
    before = browser.cookie("__client")
    done = browser.get(path).ok()
    assert done.body["status"] == "complete"
    assert "verified_at_client" not in done.body["first_factor_verification"]
    assert browser.cookie("__client") != before
    assert browser.get("/v1/me").ok().body["email_addresses"][0]["email_address"] == ADDRESS
    assert browser.get(path).ok().body["status"] == "complete"


def test_proof_from_elsewhere_signs_up_where_it_was_asked_for(lenient: Tenant) -> None:
    browser, other = lenient.browser(), lenient.browser()
    other.sign_up()
    path = begin_sign_up(browser, ADDRESS, password=PASSWORD)
    follow(other, mailed(lenient.outbox(), ADDRESS))
    done = browser.get(path).ok().body
    assert done["status"] == "complete"
    verification = done["verifications"]["email_address"]
    assert verification["verified_at_client"] == other.client_id
    assert len(other.get("/v1/client").ok().body["sessions"]) == 1


def test_link_is_good_for_ten_minutes(
    instance: Tenant, browser: Browser, outbox: Outbox, clock: Clock
) -> None:
    make_user(instance)
    path = begin_sign_in(browser, ADDRESS)
    clock.advance(minutes=10)
    assert query_of_link(follow(browser, mailed(outbox, ADDRESS))) == {"__clerk_status": "expired"}
    assert browser.get(path).ok().body["first_factor_verification"]["status"] == "expired"


def test_newer_link_kills_the_older_one(
    instance: Tenant, browser: Browser, outbox: Outbox, clock: Clock
) -> None:
    make_user(instance)
    path = begin_sign_in(browser, ADDRESS)
    old = mailed(outbox, ADDRESS)
    clock.advance(seconds=1)
    browser.post(f"{path}/prepare_first_factor", strategy="email_link", redirect_url=HERE).ok()
    assert query_of_link(follow(browser, old)) == {"__clerk_status": "failed"}
    assert query_of_link(follow(browser, mailed(outbox, ADDRESS)))["__clerk_status"] == "verified"


def test_settings_say_which_proofs_there_are(make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True))
    browser = tenant.browser()
    make_user(tenant)
    begun = browser.post("/v1/client/sign_ins", identifier=ADDRESS).ok().body
    offered = [each["strategy"] for each in begun["supported_first_factors"]]
    assert "email_code" in offered
    assert "email_link" not in offered
    reply = browser.post(
        "/v1/client/sign_ins", identifier=ADDRESS, strategy="email_link", redirect_url=HERE
    )
    assert (reply.status, reply.codes) == (400, ["strategy_for_user_invalid"])
    begun = browser.post("/v1/client/sign_ups", email_address=new_address()).ok().body
    reply = browser.post(
        f"/v1/client/sign_ups/{begun['id']}/prepare_verification",
        strategy="email_link",
        redirect_url=HERE,
    )
    assert (reply.status, reply.codes) == (422, ["form_param_value_invalid"])


def test_environment_tells_of_links(lenient: Tenant) -> None:
    shown = lenient.browser().get("/v1/environment").ok().json["user_settings"]
    assert shown["attack_protection"]["email_link"] == {"require_same_client": False}
    assert "email_link" in shown["attributes"]["email_address"]["first_factors"]
    assert "email_link" in shown["attributes"]["email_address"]["verifications"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "form_param_missing"),
        ({"redirect_url": "https://evil.example/"}, "resource_missmatch"),
        ({"redirect_url": f"{ORIGIN}@evil.example/"}, "resource_missmatch"),
        ({"redirect_url": "/verify"}, "resource_missmatch"),
        ({"redirect_url": "javascript:alert(1)"}, "resource_missmatch"),
    ],
)
def test_link_leads_to_pages_of_the_instance_only(
    browser: Browser, given: dict[str, str], code: str
) -> None:
    begun = browser.post("/v1/client/sign_ups", email_address=new_address()).ok().body
    reply = browser.post(
        f"/v1/client/sign_ups/{begun['id']}/prepare_verification", strategy="email_link", **given
    )
    assert reply.codes == [code]
    assert reply.params == ["redirect_url"]
