"""Tokens for other services, made from templates."""

from typing import Any

import pytest

from tests.conftest import Make
from tests.forge import claims_of, header_of
from tests.harness import ORIGIN, Account, Backend, Browser, Clock, Tenant, new_address

AUTOMATIC = {"azp", "exp", "iat", "iss", "jti", "nbf", "sub"}


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in."""
    return browser.sign_up()


def minted(browser: Browser, account: Account, name: str = "shop") -> str:
    """Return a token that a page asks for."""
    path = f"/v1/client/sessions/{account.session_id}/tokens/{name}"
    return browser.post(path).ok().json["jwt"]


def claims_minted(
    backend: Backend, browser: Browser, account: Account, **claims: Any
) -> dict[str, Any]:
    """Return what a new template of these claims tells of somebody, without what every one has."""
    name = new_address().partition("+")[0]
    backend.post("/v1/jwt_templates", name=name, claims=claims).ok()
    token = claims_of(minted(browser, account, name))
    return {claim: value for claim, value in token.items() if claim not in AUTOMATIC}


def test_token_has_the_templates_claims_and_those_of_every_token(
    instance: Tenant, backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    backend.post("/v1/jwt_templates", name="shop", claims={"aud": "shop", "n": [1, None]}).ok()
    claims = claims_of(minted(browser, account))
    now = clock.now() // 1000
    assert len(claims.pop("jti")) == 20
    assert claims == {
        "aud": "shop",
        "n": [1, None],
        "azp": ORIGIN,
        "exp": now + 60,
        "iat": now,
        "iss": f"https://{instance.host}",
        "nbf": now - 5,
        "sub": account.user_id,
    }


def test_header_says_that_it_is_no_session_token(
    backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    backend.post("/v1/jwt_templates", name="shop", claims={}).ok()
    kid = backend.get("/v1/jwks").ok().json["keys"][0]["kid"]
    assert header_of(minted(browser, account)) == {
        "alg": "RS256",
        "cat": "cl_B7d4PD222AAA",
        "kid": kid,
        "oiat": clock.now() // 1000,
        "typ": "JWT",
    }


def test_lifetime_and_skew_are_the_templates(
    backend: Backend, browser: Browser, account: Account
) -> None:
    times = {"lifetime": 3_600, "allowed_clock_skew": 0}
    backend.post("/v1/jwt_templates", name="shop", claims={}, **times).ok()
    claims = claims_of(minted(browser, account))
    assert (claims["exp"] - claims["iat"], claims["iat"] - claims["nbf"]) == (3_600, 0)


def test_shortcodes_keep_the_type_of_what_they_stand_for(
    backend: Backend, browser: Browser, account: Account
) -> None:
    metadata = {"interests": ["hiking"], "home": {"street": "Pointe Lane"}}
    backend.patch(f"/v1/users/{account.user_id}/metadata", public_metadata=metadata).ok()
    user = backend.patch(f"/v1/users/{account.user_id}", first_name="Ada", external_id="7").ok()
    assert claims_minted(
        backend,
        browser,
        account,
        id="{{user.id}}",
        external_id="{{ user.external_id }}",
        first="{{user.first_name}}",
        last="{{user.last_name}}",
        full="{{user.full_name}}",
        mail="{{user.primary_email_address}}",
        mail_verified="{{user.email_verified}}",
        phone="{{user.primary_phone_number}}",
        phone_verified="{{user.phone_number_verified}}",
        second_factor="{{user.two_factor_enabled}}",
        picture="{{user.image_url}}",
        since="{{user.created_at}}",
        all="{{user.public_metadata}}",
        nested={"street": ["{{user.public_metadata.home.street}}"]},
        unsafe="{{user.unsafe_metadata}}",
        actor="{{session.actor}}",
    ) == {
        "id": account.user_id,
        "external_id": "7",
        "first": "Ada",
        "last": None,
        "full": "Ada",
        "mail": account.email_address,
        "mail_verified": True,
        "phone": None,
        "phone_verified": False,
        "second_factor": False,
        "picture": user.json["image_url"],
        "since": user.json["created_at"] // 1000,
        "all": metadata,
        "nested": {"street": ["Pointe Lane"]},
        "unsafe": {},
        "actor": None,
    }


def test_inside_a_text_they_are_written_out(
    backend: Backend, browser: Browser, account: Account
) -> None:
    backend.patch(f"/v1/users/{account.user_id}/metadata", public_metadata={"a": True}).ok()
    backend.patch(f"/v1/users/{account.user_id}", first_name="Ada").ok()
    assert claims_minted(
        backend,
        browser,
        account,
        name="{{user.last_name}} {{user.first_name}}!",
        flag="is {{user.public_metadata.a}}",
        greeting="Hello {{user.last_name || 'you'}}",
    ) == {"name": "null Ada!", "flag": "is true", "greeting": "Hello you"}


def test_what_is_missing_falls_back(backend: Backend, browser: Browser, account: Account) -> None:
    metadata = {"empty": "", "no": False}
    backend.patch(f"/v1/users/{account.user_id}/metadata", public_metadata=metadata).ok()
    assert claims_minted(
        backend,
        browser,
        account,
        verified="{{user.phone_number_verified || user.email_verified}}",
        name="{{user.full_name || 'Somebody || else'}}",
        age="{{user.public_metadata.age||user.unsafe_metadata.age|| 30 }}",
        no="{{user.last_name || user.public_metadata.no}}",
        last="{{user.public_metadata.no || user.last_name}}",
        empty="{{user.public_metadata.empty || 'full'}}",
        flag="{{user.last_name || true}}",
    ) == {
        "verified": True,
        "name": "Somebody || else",
        "age": 30,
        "no": False,
        "last": None,
        "empty": "",
        "flag": True,
    }


def test_unknown_names_and_organizations_are_null(
    backend: Backend, browser: Browser, account: Account
) -> None:
    names = ("user.i_dont_exist", "org.id", "org_membership.role", "user.organizations", "exp")
    claims = {f"c{number}": f"{{{{{name}}}}}" for number, name in enumerate(names)}
    assert claims_minted(backend, browser, account, **claims) == dict.fromkeys(claims)


def test_unknown_template_is_told_in_clerks_words(browser: Browser, account: Account) -> None:
    reply = browser.post(f"/v1/client/sessions/{account.session_id}/tokens/shop")
    assert (reply.status, reply.codes) == (404, ["resource_not_found"])
    assert reply.json["errors"][0]["long_message"] == "No JWT template exists with name: shop"


def test_server_mints_for_as_long_as_it_says(
    backend: Backend, browser: Browser, account: Account
) -> None:
    backend.post("/v1/jwt_templates", name="shop", claims={"id": "{{user.id}}"}).ok()
    path = f"/v1/sessions/{account.session_id}/tokens/shop"
    claims = claims_of(backend.post(path, expires_in_seconds=600).ok().json["jwt"])
    assert claims["id"] == claims["sub"] == account.user_id
    assert claims["exp"] - claims["iat"] == 600
    assert "azp" not in claims
    assert backend.post(path, expires_in_seconds=29).codes == ["form_param_value_invalid"]


def test_server_mints_for_no_stranger_and_no_ended_session(
    backend: Backend, account: Account
) -> None:
    backend.post("/v1/jwt_templates", name="shop", claims={}).ok()
    assert backend.post("/v1/sessions/sess_nobody/tokens/shop").status == 404
    backend.post(f"/v1/sessions/{account.session_id}/revoke").ok()
    ended = backend.post(f"/v1/sessions/{account.session_id}/tokens/shop")
    assert (ended.status, ended.codes) == (401, ["session_not_active"])


def test_changed_template_holds_once_memory_is_fresh(
    instance: Tenant, backend: Backend, browser: Browser, account: Account
) -> None:
    made = backend.post("/v1/jwt_templates", name="shop", claims={"a": 1}).ok().json
    assert claims_of(minted(browser, account))["a"] == 1
    instance.update()
    assert claims_of(minted(browser, account))["a"] == 1
    backend.patch(f"/v1/jwt_templates/{made['id']}", name="shop", claims={"a": 2}).ok()
    instance.update()
    assert claims_of(minted(browser, account))["a"] == 2
    backend.delete(f"/v1/jwt_templates/{made['id']}").ok()
    instance.update()
    assert browser.post(f"/v1/client/sessions/{account.session_id}/tokens/shop").status == 404


def test_templates_are_the_instances_own(make_instance: Make) -> None:
    ours, theirs = make_instance(), make_instance()
    with ours.backend() as backend:
        backend.post("/v1/jwt_templates", name="shop", claims={}).ok()
    with theirs.backend() as backend:
        assert backend.get("/v1/jwt_templates").json == []
        backend.post("/v1/jwt_templates", name="shop", claims={}).ok()
