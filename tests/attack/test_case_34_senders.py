"""Case 34: whose request it is, is read from what trusted proxies have seen, and from nothing else.

The proxies stand at 127.0.0.2 and in 10.0.0.0/8; everybody else here is a stranger.
"""

from collections.abc import Callable, Iterator

import pytest

from hallporter.contract.settings import Settings
from tests.extra_servers import extra_server, through
from tests.harness import PASSWORD, Harness, Tenant

PROXY, STRANGER = "127.0.0.2", "127.0.0.9"
TRUSTED = f"{PROXY},10.0.0.0/8,2001:db8:0:1::/64"
Seen = Callable[..., str | None]


@pytest.fixture(scope="module")
def tenant(harness: Harness) -> Iterator[Tenant]:
    """A public instance."""
    yield harness.make_instance(Settings(), frontend_host="clerk.senders.example")
    harness.hang_up()


@pytest.fixture(scope="module")
def seen(harness: Harness, tenant: Tenant) -> Iterator[Seen]:
    """Tell from which address a sign-in comes that is sent with some headers."""
    with extra_server(harness, trusted_proxies=TRUSTED, behind_proxy=True) as behind:

        def ask(*lines: tuple[str, str], peer: str = PROXY) -> str | None:
            return address_of(through(behind, tenant), peer, lines)

        yield ask


def address_of(tenant: Tenant, peer: str, lines: tuple[tuple[str, str], ...]) -> str | None:
    """Sign somebody in and return from where, as they are told themselves."""
    user = tenant.backend().create_user()
    app = tenant.browser(origin=None, address=peer)
    app.params["_is_native"] = "1"
    form = {"strategy": "password", "password": PASSWORD}
    form["identifier"] = user["email_addresses"][0]["email_address"]
    begun = app.request("POST", "/v1/client/sign_ins", data=form, headers=list(lines)).ok()
    shown = [("Authorization", begun.headers["authorization"]), *lines]
    (session,) = app.request("GET", "/v1/me/sessions/active", headers=shown).ok().json
    return session["latest_activity"].get("ip_address")


def xff(value: str) -> tuple[str, str]:
    return ("X-Forwarded-For", value)


def forwarded(value: str) -> tuple[str, str]:
    return ("Forwarded", value)


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        ([xff("203.0.113.7")], "203.0.113.7"),
        ([xff("203.0.113.7:51423")], "203.0.113.7"),
        ([xff("2001:DB8::7")], "2001:db8::7"),
        ([xff("[2001:db8::7]")], "2001:db8::7"),
        ([xff("[2001:db8::7]:51423")], "2001:db8::7"),
        ([xff("::ffff:203.0.113.7")], "203.0.113.7"),
        ([xff("fe80::7%eth0")], "fe80::7"),
        ([xff("198.51.100.1, 203.0.113.7")], "203.0.113.7"),
        ([xff("198.51.100.1, 203.0.113.7, 10.1.2.3")], "203.0.113.7"),
        ([xff("203.0.113.7, 10.1.2.3:80 ,2001:db8:0:1::5, 127.0.0.2")], "203.0.113.7"),
        ([xff("198.51.100.1"), xff("203.0.113.7")], "203.0.113.7"),
        ([xff("10.9.9.9")], "10.9.9.9"),
        ([forwarded("for=203.0.113.7")], "203.0.113.7"),
        ([forwarded("For=203.0.113.7;proto=https;by=10.0.0.1")], "203.0.113.7"),
        ([forwarded('proto=https; for="203.0.113.7:51423"')], "203.0.113.7"),
        ([forwarded('for="[2001:db8::7]:51423"')], "2001:db8::7"),
        ([forwarded('for=198.51.100.1, for="[2001:db8::7]", for=10.1.2.3')], "2001:db8::7"),
        ([forwarded('for=203.0.113.7;host="a,for=198.51.100.1;b"')], "203.0.113.7"),
        ([forwarded("for=198.51.100.1"), forwarded("for=203.0.113.7")], "203.0.113.7"),
        ([xff("203.0.113.7"), forwarded("for=203.0.113.7")], "203.0.113.7"),
        ([xff("203.0.113.7" + ", 10.1.2.3" * 19)], "203.0.113.7"),
        # Nobody has so many in a row: what is before them costs nothing.
        ([xff("203.0.113.7" + ", 10.1.2.3" * 20)], "10.1.2.3"),
        ([forwarded("for=203.0.113.7" + ", for=10.1.2.3" * 19)], "203.0.113.7"),
        ([forwarded("for=203.0.113.7" + ", for=10.1.2.3" * 20)], "10.1.2.3"),
    ],
)
def test_case_34_trusted_proxies_are_read_from_the_right(
    seen: Seen, lines: list[tuple[str, str]], address: str
) -> None:
    assert seen(*lines) == address


@pytest.mark.parametrize(
    "lines",
    [
        [xff("203.0.113.7, unknown")],
        [xff("203.0.113.7, <script>")],
        [xff("203.0.113.7, 1.2.3.4:x")],
        [xff("203.0.113.7, 1.2.3")],
        [xff("203.0.113.7,")],
        [xff("203.0.113.7, " + "1" * 5_000)],
        [forwarded("for=203.0.113.7, for=_hidden")],
        [forwarded("for=203.0.113.7, proto=https")],
        [forwarded('for=203.0.113.7, for="1.2.3.4, for=198.51.100.1')],
        # One of both is as its sender wrote it; nobody can say which.
        [xff("203.0.113.7"), forwarded("for=198.51.100.1")],
        [xff("203.0.113.7"), forwarded("for=unknown")],
    ],
)
def test_case_34_who_cannot_be_told_counts_as_the_proxy(
    seen: Seen, lines: list[tuple[str, str]]
) -> None:
    assert seen(*lines) == PROXY


def test_case_34_a_stranger_is_believed_nothing(seen: Seen) -> None:
    for line in (xff("203.0.113.7"), forwarded("for=203.0.113.7"), ("X-Real-IP", "203.0.113.7")):
        assert seen(line, peer=STRANGER) == STRANGER


def test_case_34_a_proxy_that_says_nothing_is_no_visitor(seen: Seen) -> None:
    for lines in ([], [xff("")], [("X-Real-IP", "203.0.113.7")]):
        assert seen(*lines) is None


def test_case_34_behind_a_proxy_that_is_not_named_nobody_is_known(
    harness: Harness, tenant: Tenant
) -> None:
    with extra_server(harness, behind_proxy=True) as behind:
        for lines in ((), (xff("203.0.113.7"),)):
            assert address_of(through(behind, tenant), PROXY, lines) is None


def test_case_34_without_trusted_proxies_whoever_connects_is_the_sender(tenant: Tenant) -> None:
    assert address_of(tenant, STRANGER, (xff("203.0.113.7"), forwarded("for=a"))) == STRANGER


def test_case_34_host_and_scheme_stay_as_they_arrive(harness: Harness, tenant: Tenant) -> None:
    """An instance is chosen by `Host`; that all came over https is what --behind-proxy says."""
    other = harness.make_instance(Settings(), frontend_host="clerk.other.example")
    given = {
        "X-Forwarded-Host": other.host,
        "X-Forwarded-Proto": "http",
        "Forwarded": f"for=203.0.113.7;host={other.host};proto=http",
    }
    with extra_server(harness, trusted_proxies=TRUSTED) as behind:
        browser = through(behind, tenant).browser(origin=None, address=PROXY)
        plain = browser.get("/v1/environment").json
        assert browser.request("GET", "/v1/environment", headers=given).json == plain


def test_case_34_the_key_of_an_app_vouches_beside_trusted_proxies(
    harness: Harness, tenant: Tenant
) -> None:
    """An app's own proxy is believed about what it has seen, also through a trusted one."""
    given = {
        "Clerk-Proxy-Url": "https://app.senders.example/__clerk",
        "Clerk-Secret-Key": tenant.secret_key,
    }
    with extra_server(harness, trusted_proxies=TRUSTED, behind_proxy=True) as behind:
        for peer, chain, address in (
            (STRANGER, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
            (STRANGER, "198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
            (PROXY, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
            (PROXY, "203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ):
            browser = through(behind, tenant).browser(origin=None, address=peer)
            reply = browser.request(
                "GET",
                "/v1/proxy-health",
                params={"domain_id": "x"},
                headers={**given, "X-Forwarded-For": chain},
            )
            assert reply.ok().json["x_forwarded_for"] == address, (peer, chain)
