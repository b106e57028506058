"""What real providers send beside what the standards say, and how far it is taken."""

import base64
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from joserfc import jws, jwt

from tests.harness import Browser, Reply, Tenant
from tests.social.browsing import (
    HOME,
    SSO_CALLBACK,
    STAND_IN,
    address_of,
    begin_sign_in,
    begin_sign_up,
    come_back,
    new_name,
)
from tests.social.stand_in import (
    CLIENT_ID,
    KEY,
    Claims,
    StandIn,
    signed,
    signed_by_another,
    signed_by_nobody,
    signed_with_our_secret,
)

Sign = Callable[[Claims], str]


def visit(browser: Browser, stand_in: StandIn) -> str:
    """Sign up by way of the provider and return where that ends."""
    url = address_of(begin_sign_up(browser, STAND_IN))
    return come_back(browser, stand_in.answer(url)).headers["location"]


@contextmanager
def newcomer(instance: Tenant, stand_in: StandIn) -> Generator[Browser]:
    """Return the browser of somebody else at the same provider."""
    stand_in.name = new_name()
    with instance.browser() as browser:
        yield browser


def begun(instance: Tenant, stand_in: StandIn, metadata: Sequence[Claims]) -> list[Reply]:
    """Begin a visit to a provider of each of these metadata."""
    settings: dict[str, dict[str, str]] = {}
    for number, document in enumerate(metadata):
        stand_in.metadata_below[f"/{number}"] = document
        url = f"{stand_in.url}/{number}/.well-known/openid-configuration"
        settings[f"{STAND_IN}_{number}"] = {**stand_in.settings, "discovery_url": url}
    instance.update(**{f"social__{strategy}": given for strategy, given in settings.items()})
    with instance.browser() as browser:
        return [begin_sign_up(browser, strategy) for strategy in settings]


def account(browser: Browser) -> Any:
    """Return the account of who has just signed up."""
    [found] = browser.get("/v1/me").ok().body["external_accounts"]
    return found


def refused(browser: Browser, stand_in: StandIn) -> str:
    """Return why somebody was not let in."""
    assert visit(browser, stand_in) == SSO_CALLBACK
    client = browser.get("/v1/client").ok().body
    assert client["sessions"] == []
    return client["sign_up"]["verifications"]["external_account"]["error"]["code"]


def userinfo(stand_in: StandIn, **claims: Any) -> None:
    """Have the provider tell of the user where it is asked with the access token."""
    stand_in.metadata = {"userinfo_endpoint": f"{stand_in.url}/userinfo"}
    stand_in.userinfo = {"sub": stand_in.name, **claims}


def test_an_issuer_may_end_in_a_slash_that_its_address_leaves_out(
    instance: Tenant, browser: Browser, stand_in: StandIn
) -> None:
    stand_in.metadata = {"issuer": f"{stand_in.url}/"}
    # What it signs is compared with what it says, to the letter.
    assert refused(browser, stand_in) == "oauth_fetch_user_error"
    stand_in.claims = {"iss": f"{stand_in.url}/"}
    stand_in.reply_parameters = {"iss": stand_in.url}
    assert refused(browser, stand_in) == "oauth_token_exchange_error"
    stand_in.reply_parameters = {"iss": f"{stand_in.url}/"}
    assert visit(browser, stand_in) == HOME
    # With the slash or without, it is the same provider, and whoever comes from there is the same.
    instance.update(**{f"social__{STAND_IN}__issuer": f"{stand_in.url}/"})
    with instance.browser() as other:
        begun = address_of(begin_sign_in(other, STAND_IN))
        assert come_back(other, stand_in.answer(begun)).headers["location"] == HOME
        assert other.get("/v1/me").ok().body["id"] == browser.get("/v1/me").ok().body["id"]


def test_an_issuer_differs_by_one_final_slash_at_most(instance: Tenant, stand_in: StandIn) -> None:
    ends = ["//", "/x", "/x/", "?", "/?"]
    given = [{"issuer": f"{stand_in.url}/{number}{end}"} for number, end in enumerate(ends)]
    for reply in begun(instance, stand_in, given):
        assert reply.codes == ["misconfigured_oauth_provider"]


def test_a_provider_may_call_itself_what_the_operator_says(
    instance: Tenant, browser: Browser, stand_in: StandIn
) -> None:
    stand_in.metadata = {"issuer": "acme.example"}
    stand_in.claims = {"iss": "acme.example"}
    assert begin_sign_up(browser, STAND_IN).codes == ["misconfigured_oauth_provider"]
    instance.update(**{f"social__{STAND_IN}__issuer": "acme.example"})
    assert visit(browser, stand_in) == HOME


def test_metadata_is_judged_by_the_issuer_that_is_expected_now(
    instance: Tenant, browser: Browser, stand_in: StandIn
) -> None:
    begun = address_of(begin_sign_up(browser, STAND_IN))
    instance.update(**{f"social__{STAND_IN}__issuer": "acme.example"})
    assert come_back(browser, stand_in.answer(begun)).headers["location"] == SSO_CALLBACK
    assert begin_sign_up(browser, STAND_IN).codes == ["misconfigured_oauth_provider"]
    instance.update(**{f"social__{STAND_IN}__issuer": stand_in.url})
    assert visit(browser, stand_in) == HOME


def test_metadata_may_spell_out_what_it_leaves_open(instance: Tenant, stand_in: StandIn) -> None:
    given: list[Claims] = [
        {"userinfo_endpoint": None},
        {"userinfo_endpoint": ""},
        {"token_endpoint_auth_methods_supported": None},
        {"authorization_response_iss_parameter_supported": None},
        {"authorization_response_iss_parameter_supported": "false"},
        {"end_session_endpoint": None, "scopes_supported": None, "acr_values_supported": ""},
    ]
    for reply in begun(instance, stand_in, given):
        assert address_of(reply).startswith(f"{stand_in.url}/authorize?")


def test_metadata_holds_what_it_must(instance: Tenant, stand_in: StandIn) -> None:
    given: list[Claims] = [
        {"issuer": None},
        {"authorization_endpoint": None},
        {"token_endpoint": ""},
        {"token_endpoint": ["https://idp.example/token"]},
        {"authorization_response_iss_parameter_supported": "perhaps"},
    ]
    for reply in begun(instance, stand_in, given):
        assert reply.codes == ["misconfigured_oauth_provider"]


def test_a_promise_to_name_itself_counts_as_text_too(browser: Browser, stand_in: StandIn) -> None:
    stand_in.metadata = {"authorization_response_iss_parameter_supported": "true"}
    assert refused(browser, stand_in) == "oauth_token_exchange_error"
    assert stand_in.posted == []


LIFETIMES: tuple[tuple[object, int | None], ...] = (
    (3_599, 3_599),
    ("3599", 3_599),
    (" 3599 ", 3_599),
    (3_599.9, 3_599),
    (-1, 0),
    (None, None),
    ("", None),
    ("soon", None),
    ("\u0663", None),
    (True, None),
    ([3_599], None),
    (10**30, None),
    ("9" * 30, None),
)


def test_how_long_a_token_lives_may_be_text_or_untold(instance: Tenant, stand_in: StandIn) -> None:
    clock = instance.harness.clock
    with instance.backend() as backend:
        for given, seconds in LIFETIMES:
            stand_in.token_reply = {"expires_in": given}
            with newcomer(instance, stand_in) as browser:
                assert visit(browser, stand_in) == HOME
                user_id = browser.get("/v1/me").ok().body["id"]
            reply = backend.get(f"/v1/users/{user_id}/oauth_access_tokens/{STAND_IN}")
            if seconds == 0:
                assert reply.codes == ["oauth_missing_refresh_token"]
                continue
            expected = None if seconds is None else clock.now() + seconds * 1_000
            assert reply.ok().json[0]["expires_at"] == expected, given


SCOPES: tuple[tuple[object, str], ...] = (
    ("openid  email", "openid email"),
    ("openid,email", "openid email"),
    (["openid", "email"], "openid email"),
    (["openid", 5, None, "email"], "openid email"),
    ("openid\0email", "openid email profile"),
    ({"openid": True}, "openid email profile"),
    ("", "openid email profile"),
    (None, "openid email profile"),
)


def test_scopes_come_in_many_forms_and_untold_are_those_asked_for(
    instance: Tenant, stand_in: StandIn
) -> None:
    for given, approved in SCOPES:
        stand_in.token_reply = {"scope": given}
        with newcomer(instance, stand_in) as browser:
            assert visit(browser, stand_in) == HOME
            assert account(browser)["approved_scopes"] == approved, given


def test_the_type_of_a_token_is_not_asked(instance: Tenant, stand_in: StandIn) -> None:
    for type in ("bearer", "BEARER", "", None):
        stand_in.token_reply = {"token_type": type}
        with newcomer(instance, stand_in) as browser:
            assert visit(browser, stand_in) == HOME, type


def test_a_renewed_token_keeps_what_is_not_given_anew(
    instance: Tenant, browser: Browser, stand_in: StandIn
) -> None:
    stand_in.token_reply = {"refresh_token": "r", "scope": "openid email"}
    assert visit(browser, stand_in) == HOME
    user_id = browser.get("/v1/me").ok().body["id"]
    path = f"/v1/users/{user_id}/oauth_access_tokens/{STAND_IN}"
    with instance.backend() as backend:
        [before] = backend.get(path).ok().json
        stand_in.token_reply = {"id_token": None, "access_token": "y", "expires_in": "60"}
        instance.harness.clock.advance(minutes=2)
        [after] = backend.get(path).ok().json
    assert stand_in.posted[-1]["refresh_token"] == "r"
    assert after["token"] == "y"
    assert after["scopes"] == before["scopes"] == ["openid", "email"]
    assert after["id_token"] == before["id_token"]


WRAPPINGS = (
    (b"\xef\xbb\xbf", b"", "application/json"),
    (b"\r\n  ", b"\n\n", "application/json"),
    (b"", b"", "application/json;charset=utf-8"),
    (b"", b"", "APPLICATION/JSON; charset=ISO-8859-1"),
    (b"", b"", "text/html"),
    (b"\xef\xbb\xbf\n", b" ", "text/javascript; charset=UTF-8"),
)


def test_json_is_read_whatever_it_is_called_and_wrapped_in(
    instance: Tenant, stand_in: StandIn
) -> None:
    url = stand_in.discovery_url
    for number, wrapping in enumerate(WRAPPINGS):
        stand_in.before, stand_in.after, stand_in.content_type = wrapping
        # Its metadata is asked for anew.
        instance.update(**{f"social__{STAND_IN}__discovery_url": f"{url}?{number}"})
        instance.update(**{f"social__{STAND_IN}__issuer": stand_in.url})
        with newcomer(instance, stand_in) as browser:
            assert visit(browser, stand_in) == HOME, wrapping


TRUTHS: tuple[tuple[object, bool], ...] = (
    (True, True),
    ("true", True),
    (False, False),
    ("false", False),
    (None, False),
    ("", False),
    ("True", False),
    ("TRUE", False),
    (" true", False),
    ("1", False),
    (1, False),
    (1.0, False),
    ("yes", False),
    ([True], False),
    ({"email": True}, False),
)


def test_an_address_is_proved_by_true_and_by_nothing_like_it(
    instance: Tenant, stand_in: StandIn
) -> None:
    for given, is_verified in TRUTHS:
        stand_in.claims = {"email_verified": given}
        with newcomer(instance, stand_in) as browser:
            assert visit(browser, stand_in) == (HOME if is_verified else SSO_CALLBACK), given
            if not is_verified:
                sign_up = browser.get("/v1/client").ok().body["sign_up"]
                assert sign_up["unverified_fields"] == ["email_address"], given


PAIRS: tuple[tuple[Claims, Claims, str | None, bool], ...] = (
    # The one says the address, the other that some address is proved.
    ({"email": None}, {"email": "a@example.com"}, "a@example.com", False),
    ({"email_verified": None}, {"email": "b@example.com", "email_verified": True}, None, False),
    # Each of its own address.
    (
        {"email": None, "email_verified": None},
        {"email": "c@example.com", "email_verified": "true"},
        "c@example.com",
        True,
    ),
    (
        {"email": None, "email_verified": True},
        {"email": "d@example.com", "email_verified": False},
        "d@example.com",
        False,
    ),
    ({}, {"email": "e@example.com", "email_verified": False}, None, True),
    ({"email_verified": False}, {"email_verified": True}, None, False),
)


def test_the_proof_of_one_address_says_nothing_of_another(
    instance: Tenant, stand_in: StandIn
) -> None:
    userinfo(stand_in)
    for token, given, address, is_verified in PAIRS:
        stand_in.claims = token
        with newcomer(instance, stand_in) as browser:
            stand_in.userinfo = {"sub": stand_in.name, **given}
            own = f"{stand_in.name}@example.com"
            assert visit(browser, stand_in) == (HOME if is_verified else SSO_CALLBACK), given
            if is_verified:
                assert account(browser)["email_address"] == (address or own)
                continue
            sign_up = browser.get("/v1/client").ok().body["sign_up"]
            assert sign_up["email_address"] == (address or own)
            assert sign_up["unverified_fields"] == ["email_address"]


def test_user_info_of_the_same_address_may_add_that_it_is_proved(
    browser: Browser, stand_in: StandIn
) -> None:
    stand_in.claims = {"email_verified": None}
    userinfo(stand_in, email=f"{stand_in.name}@example.com", email_verified=True)
    assert visit(browser, stand_in) == HOME


def with_header(**more: Any) -> Sign:
    """Return how tokens with more in their header are signed."""

    def sign(claims: Claims) -> str:
        registry = jws.JWSRegistry(strict_check_header=False)
        registry.max_header_length = 8_192
        return jwt.encode(
            {"alg": "RS256", "kid": "stand-in", **more}, claims, KEY, registry=registry
        )

    return sign


SHAPES: tuple[tuple[Claims, Sign], ...] = (
    ({"aud": [CLIENT_ID]}, signed),
    ({"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}, signed),
    ({"sub": 4711}, signed),
    ({}, with_header(typ="jwt")),
    ({}, with_header(signer="arn:aws", client="x")),
    ({}, with_header(x5c=["A" * 2_000])),
    ({}, lambda claims: f" {signed(claims)}\n"),
    ({}, lambda claims: signed(claims | {"exp": str(claims["exp"])})),
    ({}, lambda claims: signed(claims | {"iat": str(claims["iat"]), "nbf": None})),
    ({}, lambda claims: signed(claims | {"exp": claims["exp"] + 0.5})),
)


def test_an_id_token_of_another_shape_says_the_same(instance: Tenant, stand_in: StandIn) -> None:
    for claims, sign in SHAPES:
        stand_in.claims, stand_in.sign = {"email": None, **claims}, sign
        with newcomer(instance, stand_in) as browser:
            # Somebody without an address is a stranger still, but one whom the provider knows.
            assert visit(browser, stand_in) == SSO_CALLBACK
            visited = browser.get("/v1/client").ok().body["sign_up"]["verifications"]
            assert visited["external_account"]["status"] == "verified", claims


GAPS: tuple[tuple[Claims, Sign], ...] = (
    ({"exp": "never"}, signed),
    ({"exp": "1000000000"}, signed),
    ({"iat": "4000000000"}, signed),
    ({"exp": True}, signed),
    ({"exp": [4_000_000_000]}, signed),
    ({"sub": True}, signed),
    ({"sub": 47.11}, signed),
    ({"sub": ["x"]}, signed),
    ({"sub": "a\0b"}, signed),
    ({}, with_header(typ="at+jwt")),
    ({}, with_header(typ="application/AT+JWT")),
    ({}, with_header(typ="logout+jwt")),
)


def test_an_id_token_that_leaves_something_open_is_refused(
    browser: Browser, stand_in: StandIn
) -> None:
    for claims, sign in GAPS:
        stand_in.claims, stand_in.sign = claims, sign
        assert refused(browser, stand_in) == "oauth_fetch_user_error", claims


def padded(number: str) -> str:
    """Return a number of a key in plain base64, with its padding."""
    return base64.b64encode(base64.urlsafe_b64decode(f"{number}==")).decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": None, "use": None, "x5c": None, "key_ops": None},
        {"kid": None},
        {"n": padded(str(KEY.as_dict(private=False)["n"])), "e": "AQAB"},
        {"alg": "RS256", "x5t": "x"},
    ],
)
def test_keys_of_another_spelling_verify(
    browser: Browser, stand_in: StandIn, changes: Claims
) -> None:
    known = {**KEY.as_dict(private=False), **changes}
    stand_in.keys = [{"kty": "oct", "k": "AAAA"}, {"kty": "RSA"}, known]
    if changes.get("kid", "") is None:
        stand_in.sign = lambda claims: jwt.encode({"alg": "RS256"}, claims, KEY)
    assert visit(browser, stand_in) == HOME


def test_signed_user_info_is_read(browser: Browser, stand_in: StandIn) -> None:
    userinfo(stand_in)
    stand_in.content_type = "application/jwt"
    given = {"sub": stand_in.name, "given_name": "Ada", "family_name": "Lovelace"}
    for more in ({}, {"iss": stand_in.url, "aud": CLIENT_ID}, {"aud": [CLIENT_ID], "exp": 4e9}):
        stand_in.name = given["sub"] = new_name()
        stand_in.userinfo = f"{signed({**given, **more})}\r\n"
        with browser.tenant.browser() as newcomer:
            assert visit(newcomer, stand_in) == HOME, more
            user = newcomer.get("/v1/me").ok().body
            assert (user["first_name"], user["last_name"]) == ("Ada", "Lovelace")


LIES: tuple[tuple[Claims, Sign], ...] = (
    ({}, signed_by_nobody),
    ({}, signed_by_another),
    ({}, signed_with_our_secret),
    ({}, lambda claims: f"{signed(claims)[:-4]}AAAA"),
    ({}, lambda claims: f"{signed(claims)}.a.b"),
    ({"sub": "somebody else"}, signed),
    ({"sub": None}, signed),
    ({"iss": "https://accounts.google.com"}, signed),
    ({"aud": "another client"}, signed),
    ({"aud": []}, signed),
    ({"exp": 1_000_000_000}, signed),
    ({"exp": "never"}, signed),
    ({}, with_header(typ="logout+jwt")),
)


def test_signed_user_info_that_is_not_the_providers_is_refused(
    browser: Browser, stand_in: StandIn
) -> None:
    userinfo(stand_in)
    for given, sign in LIES:
        stand_in.userinfo = sign({"sub": stand_in.name, "given_name": "Ada", **given})
        assert refused(browser, stand_in) == "oauth_fetch_user_error", given


def test_one_subject_is_a_number_here_and_text_there(browser: Browser, stand_in: StandIn) -> None:
    stand_in.claims = {"sub": "4711"}
    userinfo(stand_in, sub=4711, given_name="Ada")
    assert visit(browser, stand_in) == HOME
    assert browser.get("/v1/me").ok().body["first_name"] == "Ada"


def test_names_beside_a_reply_are_left_out_where_they_cannot_be_read(
    browser: Browser, stand_in: StandIn
) -> None:
    # Apple's way to tell names; nobody signs them.
    stand_in.reply_parameters = {"user": '{"x":' + "[" * 2_000}
    assert visit(browser, stand_in) == HOME
