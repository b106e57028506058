"""Case 51: what one sender asks for has an end, whoever it is about; another one notices nothing.

Addresses of this machine play different senders.
"""

from collections.abc import Callable
from typing import Any

import pytest

from hallporter.contract.settings import LimitSettings, Settings
from tests.concurrency import at_once
from tests.conftest import Make
from tests.extra_servers import extra_server, through
from tests.harness import PASSWORD, Browser, Clock, Harness, Reply, Tenant, new_address

SIGN_INS, SIGN_UPS = "/v1/client/sign_ins", "/v1/client/sign_ups"
MALLORY, SOMEBODY = "127.0.0.66", "127.0.0.7"
LIMITS = LimitSettings()


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that nobody tries things out on."""
    tenant = make_instance(Settings(reverification=False))
    tenant.update(attributes__phone_number__enabled=True)
    return tenant


@pytest.fixture
def mallory(instance: Tenant) -> Browser:
    """Somebody at one address."""
    return instance.browser(address=MALLORY)


def limited(reply: Reply) -> bool:
    """Tell whether a reply is a refusal for too much, as Clerk's envelope has it."""
    if reply.status != 429:
        return False
    assert reply.codes == ["too_many_requests"]
    assert int(reply.headers["retry-after"]) > 0
    return True


def tried(count: int, attempt: Callable[[int], Reply]) -> list[Reply]:
    """Return the replies that were none for too much."""
    return [reply for reply in map(attempt, range(count)) if not limited(reply)]


def user(instance: Tenant, **given: Any) -> str:
    """Make somebody with an address that gets its mail, and return the address."""
    address = new_address().replace("+clerk_test", "")
    instance.backend().create_user(email_address=[address], **given)
    return address


def test_case_51_a_thousand_guesses_of_codes_come_from_one_address(
    instance: Tenant, mallory: Browser, clock: Clock
) -> None:
    judged, path = 0, ""
    for _ in range(360):
        begun = mallory.post(SIGN_INS, identifier=user(instance), strategy="email_code")
        if limited(begun):
            break
        path = f"{SIGN_INS}/{begun.ok().body['id']}/attempt_first_factor"
        judged += len(
            tried(5, lambda _, at=path: mallory.post(at, strategy="email_code", code="000000"))
        )
    assert judged == LIMITS.wrong_attempts_per_address
    # A minute and a little pays for the next; more than that nobody gets.
    clock.advance(seconds=36)
    path = f"{SIGN_INS}/{path.split('/')[4]}/attempt_first_factor"
    assert mallory.post(path, strategy="email_code", code="000000").status == 400
    assert limited(mallory.post(path, strategy="email_code", code="000000"))


def test_case_51_passwords_are_tried_over_all_accounts(instance: Tenant) -> None:
    instance.update(limits__wrong_attempts_per_address=20)
    users = [user(instance) for _ in range(4)]
    strangers = [new_address() for _ in range(4)]

    def guess(number: int) -> Reply:
        known = (*users, *strangers)[number % 8]
        return instance.browser(address=MALLORY).sign_in(known, f"wrong {number}")

    assert len(tried(60, guess)) == 20
    # The right one is refused as any other: nobody learns which it is.
    assert limited(instance.browser(address=MALLORY).sign_in(users[0]))
    assert instance.browser(address=SOMEBODY).sign_in(users[0]).status == 200


def test_case_51_a_neighbour_who_guesses_keeps_nobody_from_their_own(
    instance: Tenant, mallory: Browser
) -> None:
    instance.update(limits__wrong_attempts_per_address=5)
    own, other = user(instance), user(instance)
    ada = instance.browser(address=MALLORY)
    first = ada.sign_in(own).ok().body["created_session_id"]
    ada.post(f"/v1/client/sessions/{first}/end").ok()
    mallory.sign_in(other).ok()
    assert len(tried(20, lambda _: mallory.sign_in(own, "wrong"))) == 5
    assert limited(instance.browser(address=MALLORY).sign_in(own))
    # Where she was before, in one step or in two.
    second = ada.sign_in(own).ok().body["created_session_id"]
    ada.post(f"/v1/client/sessions/{second}/end").ok()
    begun = ada.post(SIGN_INS, identifier=own).ok().body["id"]
    form = {"strategy": "password", "password": PASSWORD}
    third = ada.post(f"{SIGN_INS}/{begun}/attempt_first_factor", **form).ok().body
    # Whoever was somebody else there is a stranger to her.
    assert limited(mallory.sign_in(own))
    assert limited(ada.sign_in(other))
    # What she gets wrong has an end of its own, and counts for the lock.
    ada.post(f"/v1/client/sessions/{third['created_session_id']}/end").ok()
    instance.update(lockout__enabled=False)
    assert len(tried(40, lambda _: ada.sign_in(own, "wrong"))) == 20
    assert limited(ada.sign_in(own))


def test_case_51_parallel_guesses_share_the_limit(instance: Tenant) -> None:
    instance.update(limits__wrong_attempts_per_address=8)
    browsers = [instance.browser(address=MALLORY) for _ in range(24)]
    replies = at_once(24, lambda number: browsers[number].sign_in(new_address(), "wrong"))
    assert sum(not limited(reply) for reply in replies) == 8


def test_case_51_a_success_pays_for_no_failure(instance: Tenant) -> None:
    instance.update(limits__wrong_attempts_per_address=6)
    own = user(instance)

    def guess(number: int) -> Reply:
        browser = instance.browser(address=MALLORY)
        if number % 2:
            return browser.sign_in(own)
        return browser.sign_in(new_address(), "wrong")

    replies = [guess(number) for number in range(20)]
    assert sum(reply.status == 422 for reply in replies) == 6
    # Who signs in right costs nothing, however often.
    assert sum(reply.status == 200 for reply in replies) == 5
    many = [instance.browser(address=SOMEBODY).sign_in(own).status for _ in range(15)]
    assert many == [200] * 15


def test_case_51_who_guesses_nothing_pays_for_nothing(instance: Tenant) -> None:
    instance.update(limits__wrong_attempts_per_address=4)
    own, browser = user(instance), instance.browser(address=SOMEBODY)
    browser.sign_in(own).ok()
    for _ in range(10):
        assert browser.sign_in(own).codes == ["identifier_already_signed_in"]
    other = instance.browser(address=SOMEBODY)
    path = f"{SIGN_UPS}/{other.post(SIGN_UPS).ok().body['id']}"
    for _ in range(10):
        refused = other.post(path, _method="PATCH", password="short")
        assert refused.codes == ["form_password_length_too_short"]
    assert instance.browser(address=SOMEBODY).sign_in(own).status == 200
    for _ in range(10):
        refused = instance.browser(address=SOMEBODY).post(
            SIGN_INS, identifier=own, strategy="phone_code"
        )
        assert refused.codes == ["strategy_for_user_invalid"]
    # Where it says what was right, it is paid for.
    wrong = tried(10, lambda _: instance.browser(address=SOMEBODY).sign_in(own, "wrong"))
    assert len(wrong) == 4


def test_case_51_identifiers_are_not_tried_through_one_sign_up(
    instance: Tenant, mallory: Browser
) -> None:
    instance.update(limits__wrong_attempts_per_address=10)
    taken = user(instance)
    path = f"{SIGN_UPS}/{mallory.post(SIGN_UPS, password=PASSWORD).ok().body['id']}"
    found = tried(20, lambda _: mallory.post(path, _method="PATCH", email_address=taken))
    assert len(found) == 10


def test_case_51_one_sign_up_does_not_keep_the_threads_that_hash(
    mallory: Browser, clock: Clock
) -> None:
    begun = mallory.post(SIGN_UPS, email_address=new_address()).ok().body["id"]

    def choose(n: int) -> Reply:
        return mallory.post(f"{SIGN_UPS}/{begun}", _method="PATCH", password=f"{PASSWORD} {n}")

    assert len(tried(24, choose)) == 20
    clock.advance(minutes=1)
    assert choose(0).ok()


def test_case_51_sixty_sms_go_to_sixty_numbers(instance: Tenant, mallory: Browser) -> None:
    def ask(number: int) -> Reply:
        form = {"phone_number": f"+3247{number:02d}12345", "password": PASSWORD}
        path = f"{SIGN_UPS}/{mallory.post(SIGN_UPS, **form).ok().body['id']}"
        return mallory.post(f"{path}/prepare_verification", strategy="phone_code")

    assert len(tried(60, ask)) == LIMITS.sms_per_address
    assert len(instance.outbox().rows()) == LIMITS.sms_per_address
    mallory = instance.browser(address=SOMEBODY)
    ask(99).ok()


def test_case_51_numbers_of_one_range_have_a_limit_of_their_own(instance: Tenant) -> None:
    instance.update(limits__sms_per_range=10)

    def ask(number: int, start: str = "+882161234") -> Reply:
        # Another sender each time.
        browser = instance.browser(address=f"127.0.1.{number + 1}")
        form = {"phone_number": f"{start}{number:04d}", "password": PASSWORD}
        path = f"{SIGN_UPS}/{browser.post(SIGN_UPS, **form).ok().body['id']}"
        return browser.post(f"{path}/prepare_verification", strategy="phone_code")

    assert len(tried(25, ask)) == 10
    ask(30, "+882161235").ok()


def test_case_51_an_instance_pays_for_no_more_than_it_wants(instance: Tenant) -> None:
    instance.update(limits__sms_per_instance=5, limits__mails_per_instance=4)

    def ask(number: int, **identifier: str) -> Reply:
        browser = instance.browser(address=f"127.0.1.{number + 1}")
        begun = browser.post(SIGN_UPS, password=PASSWORD, **identifier).ok()
        path = f"{SIGN_UPS}/{begun.body['id']}"
        strategy = "phone_code" if "phone_number" in identifier else "email_code"
        return browser.post(f"{path}/prepare_verification", strategy=strategy)

    assert len(tried(9, lambda n: ask(n, phone_number=f"+3247{n:02d}12345"))) == 5
    assert len(tried(9, lambda n: ask(n, email_address=f"ada{n}@example.com"))) == 4


def test_case_51_forty_codes_go_to_one_mailbox(instance: Tenant) -> None:
    def ask(number: int) -> Reply:
        # Another sender each time, and another spelling.
        browser = instance.browser(address=f"127.0.1.{number + 1}")
        address = f"{'Name' if number % 2 else 'name'}+{number}@Example.com"
        form = {"email_address": address, "password": PASSWORD}
        path = f"{SIGN_UPS}/{browser.post(SIGN_UPS, **form).ok().body['id']}"
        return browser.post(f"{path}/prepare_verification", strategy="email_code")

    assert len(tried(40, ask)) == 6
    assert len(instance.outbox().rows()) == 6


def test_case_51_dots_make_no_other_mailbox_at_gmail(instance: Tenant) -> None:
    def ask(number: int, *, domain: str = "gmail.com") -> Reply:
        browser = instance.browser(address=f"127.0.1.{number + 1}")
        address = f"victim{'.' * (number % 2)}sname{'.' * (number // 2 % 2)}here@{domain}"
        begun = browser.post(SIGN_UPS, email_address=address, password=PASSWORD).ok()
        path = f"{SIGN_UPS}/{begun.body['id']}/prepare_verification"
        return browser.post(path, strategy="email_code")

    assert len(tried(12, ask)) == 6
    # Elsewhere they may be four people.
    assert len(tried(12, lambda number: ask(number, domain="example.com"))) == 12


def test_case_51_a_waitlist_is_no_way_to_fill_mailboxes(instance: Tenant) -> None:
    instance.update(sign_up__mode="waitlist", limits__mails_per_address=9)

    def ask(number: int, *, address: str = MALLORY, to: str = "name+{}@example.com") -> Reply:
        browser = instance.browser(address=address)
        return browser.post("/v1/waitlist", email_address=to.format(number))

    assert len(tried(20, ask)) == 6
    assert len(tried(20, lambda n: ask(n, to="victim{}@example.com"))) == 3
    ask(99, address=SOMEBODY, to="victim{}@example.com").ok()


def test_case_51_sign_ups_of_one_address_have_an_end(instance: Tenant, mallory: Browser) -> None:
    def sign_up(number: int) -> Reply:
        return mallory.post(SIGN_UPS, email_address=f"a{number}@example.com")

    assert len(tried(150, sign_up)) == LIMITS.sign_ups_per_address
    mallory = instance.browser(address=SOMEBODY)
    sign_up(0).ok()


@pytest.mark.parametrize("endpoint", ["put", "sign_in", "stale"])
def test_case_51_clients_of_one_address_have_an_end(instance: Tenant, endpoint: str) -> None:
    instance.update(limits__clients_per_address=12)
    address = user(instance)
    stale = instance.browser(address=SOMEBODY)
    stale.post("/v1/client").ok()
    shown = stale.cookie("__client") or ""
    stale.sign_in(address).ok()
    before = len(instance.backend().get("/v1/clients", limit=500).ok().json)

    def make(_: int) -> Reply:
        browser = instance.browser(address=MALLORY)
        if endpoint == "put":
            return browser.request("PUT", "/v1/client")
        if endpoint == "sign_in":
            return browser.post(SIGN_INS, identifier=address)
        # A token that was replaced stands for no client any more, and its signature is right.
        headers = {"Cookie": f"__client={shown}"}
        return browser.request("POST", SIGN_INS, data={"identifier": address}, headers=headers)

    if endpoint == "stale":
        instance.harness.clock.advance(minutes=1)
    assert len(tried(40, make)) == 12
    after = len(instance.backend().get("/v1/clients", limit=500).ok().json)
    assert after - before == 12
    instance.browser(address=SOMEBODY).request("PUT", "/v1/client").ok()
    # Whoever has one goes on with it.
    stale.get("/v1/client").ok()


def test_case_51_dev_browsers_are_counted_like_clients(make_instance: Make) -> None:
    tenant = make_instance(
        Settings(limits=LimitSettings(clients_per_address=5)), environment_type="development"
    )
    browser = tenant.browser(address=MALLORY)
    assert len(tried(12, lambda _: browser.post("/v1/dev_browser"))) == 5


def test_case_51_addresses_of_one_ipv6_network_are_one_sender(harness: Harness) -> None:
    with extra_server(harness, trusted_proxies="127.0.0.1") as behind:
        tenant = through(behind, harness.make_instance(frontend_host="clerk.sixes.example"))
        tenant.update(limits__clients_per_address=5)

        def make(number: int, network: str = "2001:db8:1:2") -> Reply:
            headers = {"X-Forwarded-For": f"[{network}::{number:x}]:443"}
            return tenant.browser(origin=None).request("PUT", "/v1/client", headers=headers)

        assert len(tried(12, make)) == 5
        make(1, "2001:db8:1:3").ok()


def test_case_51_networks_of_one_customer_have_an_end_together(harness: Harness) -> None:
    with extra_server(harness, trusted_proxies="127.0.0.1") as behind:
        tenant = through(behind, harness.make_instance(frontend_host="clerk.sites.example"))
        tenant.update(limits__clients_per_address=2)

        def make(number: int, site: str = "2001:db8:1") -> Reply:
            headers = {"X-Forwarded-For": f"{site}:{number:x}::1"}
            return tenant.browser(origin=None).request("PUT", "/v1/client", headers=headers)

        assert len(tried(40, make)) == 2 * 16
        make(1, "2001:db8:2").ok()


def test_case_51_where_only_the_proxy_is_known_nobody_pays_for_others(harness: Harness) -> None:
    with extra_server(harness, behind_proxy=True) as behind:
        tenant = through(behind, harness.make_instance(frontend_host="clerk.unknown.example"))
        tenant.update(limits__clients_per_address=5)
        made = [tenant.browser(origin=None).request("PUT", "/v1/client") for _ in range(12)]
        assert [reply.status for reply in made] == [200] * 12


def test_case_51_an_apps_proxy_is_not_taken_for_its_visitors(harness: Harness) -> None:
    tenant = harness.make_instance(frontend_host="clerk.visitors.example")
    tenant.update(limits__clients_per_address=5)

    def make(address: str | None) -> Reply:
        headers = {"Clerk-Secret-Key": tenant.secret_key}
        if address is not None:
            headers["X-Forwarded-For"] = address
        return tenant.browser(origin=None).request("PUT", "/v1/client", headers=headers)

    assert len(tried(12, lambda _: make("203.0.113.7"))) == 5
    assert len(tried(12, lambda _: make("203.0.113.8"))) == 5
    assert len(tried(12, lambda _: make(None))) == 12


def test_case_51_a_limit_of_none_is_none(instance: Tenant) -> None:
    instance.update(limits__clients_per_address=0, limits__wrong_attempts_per_address=0)
    made = [instance.browser(address=MALLORY).request("PUT", "/v1/client") for _ in range(30)]
    assert {reply.status for reply in made} == {200}
    guesses = [mallory.sign_in(new_address(), "x") for mallory in (instance.browser(),) * 30]
    assert {reply.status for reply in guesses} == {422}


def test_case_51_servers_are_not_counted(instance: Tenant) -> None:
    instance.update(limits__clients_per_address=3, limits__wrong_attempts_per_address=3)
    backend = instance.backend()
    id = backend.create_user()["id"]
    for _ in range(6):
        backend.post("/v1/sessions", user_id=id).ok()
        wrong = backend.post(f"/v1/users/{id}/verify_password", password="wrong")
        assert wrong.status == 422


def test_tests_on_this_machine_may_ask_as_often_as_they_like(make_instance: Make) -> None:
    limits = LimitSettings(clients_per_address=2, sign_ups_per_address=2)
    tenant = make_instance(Settings(test_mode=True, limits=limits))
    for _ in range(6):
        tenant.browser().sign_up()
    # In test mode, but from elsewhere: an app's proxy says so.
    headers = {"Clerk-Secret-Key": tenant.secret_key, "X-Forwarded-For": "203.0.113.7"}
    made = [tenant.browser().request("PUT", "/v1/client", headers=headers) for _ in range(4)]
    assert [reply.status for reply in made] == [200, 200, 429, 429]


def test_case_51_what_is_paid_off_leaves_no_row(
    harness: Harness, instance: Tenant, clock: Clock
) -> None:
    count = "select count(*) from spendings where instance_id = $1"

    def rows() -> int:
        return harness.run(harness.open.db.value(count, instance.id))

    for number in range(40):
        instance.browser(address=f"127.0.1.{number + 1}").request("PUT", "/v1/client").ok()
    assert rows() == 40
    clock.advance(hours=2)
    for _ in range(6):
        instance.browser(address=MALLORY).request("PUT", "/v1/client").ok()
    assert rows() == 1


def test_case_51_a_clock_that_is_set_back_keeps_no_sender_waiting(
    instance: Tenant, clock: Clock
) -> None:
    instance.update(limits__clients_per_address=3)
    browser = instance.browser(address=MALLORY)
    clock.advance(days=30)

    def make(_: int) -> Reply:
        browser.http.cookies.clear()
        return browser.request("PUT", "/v1/client")

    assert len(tried(5, make)) == 3
    clock.advance(days=-30)
    assert not limited(make(0))
