"""Cases 4 to 8: tokens that were not made here, or not for this."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import forge
from tests.conftest import Make
from tests.handshakes import PAGE, parameter
from tests.harness import OTHER_SIGNING_KEY, SIGNING_KEY, Account, Backend, Browser, Clock, Tenant

URL = "http://localhost:9/keys.json"


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in on `browser`."""
    return browser.sign_up()


@pytest.fixture
def token(browser: Browser, account: Account) -> str:
    """The account's session token."""
    return browser.token(account.session_id)


def refuse(backend: Backend, token: str) -> None:
    """Expect that `token` is refused by verify."""
    reply = backend.post("/v1/clients/verify", token=token)
    assert (reply.status, reply.codes) == (400, ["token_invalid"]), token[:80]


def test_forgeries_are_made_well_enough_to_be_believed_if_signed_rightly(
    backend: Backend, token: str
) -> None:
    honest = forge.signed(SIGNING_KEY, forge.header_of(token), forge.claims_of(token))
    assert backend.post("/v1/clients/verify", token=honest).status == 200


def test_case_04_token_without_a_signature_is_refused(backend: Backend, token: str) -> None:
    algorithms: list[Any] = ["none", "None", "NONE", "", None, 1, [], {}]
    for alg in algorithms:
        header = {**forge.header_of(token), "alg": alg}
        for signature in ("", token.split(".")[2]):
            refuse(backend, forge.unsigned(header, forge.claims_of(token), signature))


def test_case_04_public_key_is_no_shared_secret(
    instance: Tenant, backend: Backend, token: str
) -> None:
    (jwk,) = backend.get("/v1/jwks").ok().json["keys"]
    harness = instance.harness
    found = harness.server.directory.by_slug(instance.slug)
    assert found is not None
    pem = found.signing_key.key.as_pem(private=False)
    for secret in (pem, pem.strip(), jwk["n"].encode(), b""):
        header, claims = forge.header_of(token), forge.claims_of(token)
        refuse(backend, forge.signed_with_secret(secret, header, claims))


def test_case_04_foreign_key_is_refused_whatever_kid_it_claims(
    backend: Backend, token: str
) -> None:
    header, claims = forge.header_of(token), forge.claims_of(token)
    refuse(backend, forge.signed(OTHER_SIGNING_KEY, header, claims))


def test_case_04_unknown_kid_is_refused(backend: Backend, token: str) -> None:
    kids: list[Any] = ["ins_nobody", "", "../../etc/passwd", 1, None, [], {}]
    for kid in kids:
        header = {**forge.header_of(token), "kid": kid}
        refuse(backend, forge.unsigned(header, forge.claims_of(token), token.split(".")[2]))


def test_case_04_header_that_names_its_own_key_or_rules_is_refused(
    backend: Backend, token: str
) -> None:
    extras: list[dict[str, Any]] = [
        {"jku": URL},
        {"x5u": URL},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
        {"crit": ["hallporter"], "hallporter": 1},
        {"crit": ["b64"], "b64": False},
        {"crit": []},
        {"zip": "DEF"},
    ]
    for extra in extras:
        header = {**forge.header_of(token), **extra}
        refuse(backend, forge.unsigned(header, forge.claims_of(token), token.split(".")[2]))


def test_case_04_key_named_by_the_token_is_not_read_even_if_signed_rightly(
    backend: Backend, token: str
) -> None:
    header = {**forge.header_of(token), "jku": URL}
    refuse(backend, forge.signed(SIGNING_KEY, header, forge.claims_of(token)))


def test_case_05_token_without_a_needed_claim_is_refused(backend: Backend, token: str) -> None:
    wrong: list[tuple[str, Any]] = [("exp", -1), ("exp", "never"), ("iss", "x"), ("sid", "sess_x")]
    for claim in ("exp", "nbf", "iat", "iss", "sid", "sub"):
        values: list[Any] = ["missing", None, [], ["x"], {}, True]
        wrong += [(claim, value) for value in values]
    for claim, value in wrong:
        claims = {**forge.claims_of(token), claim: value}
        if value == "missing":
            del claims[claim]
        forged = forge.signed(SIGNING_KEY, forge.header_of(token), claims)
        reply = backend.post("/v1/clients/verify", token=forged)
        assert reply.status in (400, 401, 404), claims
        assert reply.codes[0] in ("token_invalid", "token_expired", "resource_not_found")


def test_case_05_token_from_the_future_is_refused(backend: Backend, token: str) -> None:
    claims = forge.claims_of(token)
    for claim in ("nbf", "iat"):
        later = {**claims, claim: claims["exp"] - 30}
        refuse(backend, forge.signed(SIGNING_KEY, forge.header_of(token), later))


def test_case_06_token_of_another_instance_is_refused(
    make_instance: Make, backend: Backend, token: str
) -> None:
    other = make_instance(signing_key=OTHER_SIGNING_KEY)
    with other.backend() as stranger:
        refuse(stranger, token)
    refuse(backend, forge.signed(OTHER_SIGNING_KEY, forge.header_of(token), {}))


def test_case_06_same_key_does_not_make_instances_one(make_instance: Make, token: str) -> None:
    # Two instances given one key: issuer and kid still tell them apart.
    other = make_instance()
    found = other.harness.server.directory.by_slug(other.slug)
    assert found is not None
    header = {**forge.header_of(token), "kid": found.signing_key.kid}
    with other.backend() as stranger:
        refuse(stranger, forge.signed(SIGNING_KEY, header, forge.claims_of(token)))


def test_case_06_client_cookie_of_another_instance_is_no_cookie(
    make_instance: Make, browser: Browser, account: Account
) -> None:
    other = make_instance().browser()
    other.http.cookies.set("__client", browser.cookie("__client") or "")
    assert other.get("/v1/client").json == {"response": None, "client": None}
    assert other.get("/v1/me").status == 401


def test_case_06_secret_key_of_another_instance_opens_only_its_own(
    make_instance: Make, backend: Backend, account: Account
) -> None:
    with make_instance().backend() as stranger:
        assert stranger.get(f"/v1/sessions/{account.session_id}").status == 404
        assert stranger.get(f"/v1/users/{account.user_id}").status == 404
        assert stranger.post(f"/v1/sessions/{account.session_id}/revoke").status == 404
    assert backend.get(f"/v1/sessions/{account.session_id}").json["status"] == "active"


def test_case_07_session_token_is_no_client_token(instance: Tenant, token: str) -> None:
    other = instance.browser()
    other.http.cookies.set("__client", token)
    assert other.get("/v1/client").body is None
    assert other.get("/v1/me").status == 401


def test_case_07_session_token_opens_no_native_request(instance: Tenant, token: str) -> None:
    with instance.browser(origin=None) as app:
        app.http.headers["Authorization"] = token
        assert app.get("/v1/me", _is_native="1").status == 401


def test_case_07_client_token_is_no_session_token(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    with instance.backend("2024-10-01") as older:
        path = f"/v1/sessions/{account.session_id}/verify"
        reply = older.post(path, token=browser.cookie("__client"))
    assert (reply.status, reply.codes) == (400, ["token_invalid"])


def test_case_07_testing_token_is_neither(instance: Tenant, backend: Backend) -> None:
    testing = backend.post("/v1/testing_tokens").ok().json["token"]
    refuse(backend, testing)
    other = instance.browser()
    other.http.cookies.set("__client", testing)
    assert other.get("/v1/client").body is None


def test_case_07_handshake_token_is_no_session_token(
    backend: Backend, browser: Browser, account: Account
) -> None:
    reply = browser.get("/v1/client/handshake", redirect_url=PAGE)
    refuse(backend, parameter(reply.headers["location"], "__clerk_handshake"))


def test_case_07_token_made_for_something_else_is_refused_though_we_signed_it(
    instance: Tenant, backend: Backend, browser: Browser, token: str
) -> None:
    header, claims = forge.header_of(token), forge.claims_of(token)
    categories: list[Any] = ["cl_client", "cl_testing", "cl_B7d4PD222AAA", "cl_B7d4PD333AAA", ""]
    for category in categories:
        refuse(backend, forge.signed(SIGNING_KEY, {**header, "cat": category}, claims))
    other = instance.browser()
    client_claims = forge.claims_of(browser.cookie("__client") or "")
    other.http.cookies.set("__client", forge.signed(SIGNING_KEY, header, client_claims))
    assert other.get("/v1/client").body is None


MUTILATIONS: dict[str, Callable[[str], str]] = {
    "truncated": lambda text: text[:-1],
    "cut in half": lambda text: text[: len(text) // 2],
    "padded": lambda text: text + "=",
    "lengthened": lambda text: text + "A",
    "with a dot": lambda text: text + ".",
    "in a space": lambda text: f" {text} ",
    "with a line break": lambda text: text[:40] + "\n" + text[40:],
    "with a stranger inside": lambda text: text[:40] + "!" + text[40:],
    "in other case": lambda text: text.swapcase(),
    "with another last character": lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
    "in the other alphabet": lambda text: text.replace("-", "+").replace("_", "/") + "+",
}


def test_case_08_mutilated_tokens_are_refused(
    backend: Backend, browser: Browser, token: str
) -> None:
    client_token = browser.cookie("__client") or ""
    for mutilate in MUTILATIONS.values():
        refuse(backend, mutilate(token))
        refuse(backend, mutilate(client_token))


def test_case_08_mutilated_opaque_tokens_are_refused(
    instance: Tenant, backend: Backend, account: Account
) -> None:
    ticket = backend.post("/v1/sign_in_tokens", user_id=account.user_id).ok().json["token"]
    other = instance.browser()
    for name in ("truncated", "cut in half", "padded", "lengthened", "in other case"):
        mutilate = MUTILATIONS[name]
        reply = other.post("/v1/client/sign_ins", strategy="ticket", ticket=mutilate(ticket))
        assert (reply.status, reply.codes) == (400, ["ticket_invalid_code"])
        with instance.backend(secret_key=mutilate(instance.secret_key)) as stranger:
            assert stranger.get("/v1/clients").status == 401


def test_case_08_megabyte_of_token_is_refused(backend: Backend, token: str) -> None:
    for monster in ("a" * 1_000_000, "." * 1_000_000, f"{token.split('.')[0]}.{'A' * 1_000_000}.A"):
        reply = backend.post("/v1/clients/verify", token=monster)
        assert (reply.status, reply.codes) == (422, ["form_param_max_length_exceeded"])


def test_refused_tokens_change_nothing(
    backend: Backend, browser: Browser, token: str, clock: Clock
) -> None:
    before = backend.client(browser.client_id)
    clock.advance(seconds=1)
    refuse(backend, "nonsense")
    refuse(backend, forge.unsigned({"alg": "none"}, forge.claims_of(token)))
    assert backend.client(browser.client_id) == before
