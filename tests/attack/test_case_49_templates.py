"""Case 49: a template is data. It runs nothing, tells nothing private, and is rendered once."""

import json
from typing import Any

import pytest

from tests.conftest import Make
from tests.factors import add_app
from tests.forge import claims_of
from tests.harness import PASSWORD, Account, Backend, Browser, Tenant

SECRET = "canary secret of a template: 4f1c9e"


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in."""
    return browser.sign_up()


def path_of(account: Account, name: str = "shop") -> str:
    """Return where a page asks for a token."""
    return f"/v1/client/sessions/{account.session_id}/tokens/{name}"


def minted_claims(
    backend: Backend, browser: Browser, account: Account, claims: dict[str, Any]
) -> Any:
    """Return the claims of a token from a template."""
    backend.post("/v1/jwt_templates", name="shop", claims=claims).ok()
    return claims_of(browser.post(path_of(account)).ok().json["jwt"])


@pytest.mark.parametrize(
    "code",
    [
        "user.__class__",
        "user.__class__.__mro__",
        "user.id.__class__",
        "user.public_metadata.__class__.__init__",
        "user.password_hash",
        "user.private_metadata",
        "user.private_metadata.canary",
        "user.totp_secret_encrypted",
        "session.token_hash",
        "session.refresh_token_hash",
        "instance.signing_keys",
        "self",
        "7*7",
        "user.id.upper()",
        "config",
    ],
)
def test_case_49_names_reach_nothing_but_what_is_listed(
    instance: Tenant, backend: Backend, browser: Browser, account: Account, code: str
) -> None:
    add_app(instance, account.user_id)
    path = f"/v1/users/{account.user_id}/metadata"
    backend.patch(path, private_metadata={"canary": PASSWORD}, public_metadata={"a": 1}).ok()
    claims = minted_claims(
        backend, browser, account, {"a": f"{{{{{code}}}}}", "b": f"x{{{{{code}}}}}"}
    )
    assert (claims["a"], claims["b"]) == (None, "xnull")


@pytest.mark.parametrize("code", ["user['id']", "user.id | safe", "import 'os'", "%'x'", "1 + 1"])
def test_case_49_what_is_no_expression_is_no_template(backend: Backend, code: str) -> None:
    refused = backend.post("/v1/jwt_templates", name="shop", claims={"a": f"{{{{{code}}}}}"})
    assert (refused.codes, refused.params) == (["form_param_format_invalid"], ["claims"])


def test_case_49_what_a_user_writes_is_not_rendered_again(
    backend: Backend, browser: Browser, account: Account
) -> None:
    text = "{{user.public_metadata.secret}} {{user.id}}"
    backend.patch(
        f"/v1/users/{account.user_id}/metadata",
        public_metadata={"secret": "canary"},
        unsafe_metadata={"a": text, "{{user.id}}": text},
    ).ok()
    claims = minted_claims(
        backend,
        browser,
        account,
        {
            "whole": "{{user.unsafe_metadata}}",
            "part": "{{user.unsafe_metadata.a}}",
            "text": "<{{user.unsafe_metadata.a || 'none'}}>",
        },
    )
    assert claims["whole"] == {"a": text, "{{user.id}}": text}
    assert (claims["part"], claims["text"]) == (text, f"<{text}>")


def test_case_49_what_a_user_writes_sets_no_claim(
    backend: Backend, browser: Browser, account: Account
) -> None:
    """A text that looks like JSON stays one string."""
    text = '", "sub": "somebody else", "role": "admin'
    path = f"/v1/users/{account.user_id}/metadata"
    backend.patch(path, unsafe_metadata={"a": text}).ok()
    claims = minted_claims(
        backend, browser, account, {"role": "user", "a": "x{{user.unsafe_metadata.a}}"}
    )
    assert (claims["role"], claims["sub"], claims["a"]) == ("user", account.user_id, f"x{text}")


def test_case_49_token_from_a_template_opens_nothing_here(
    instance: Tenant, backend: Backend, browser: Browser, account: Account
) -> None:
    claims = {"id": "{{user.id}}", "rotating_token": "x"}
    backend.post("/v1/jwt_templates", name="shop", claims=claims).ok()
    token = browser.post(path_of(account)).ok().json["jwt"]
    refused = backend.post("/v1/clients/verify", token=token)
    assert (refused.status, refused.codes) == (400, ["token_invalid"])
    other = instance.browser()
    other.http.cookies.set("__client", token)
    assert other.get("/v1/client").body is None
    refreshed = backend.post(
        f"/v1/sessions/{account.session_id}/refresh",
        expired_token=token,
        refresh_token="x",
        request_origin="http://localhost:3000",
    )
    assert refreshed.status >= 400


def test_case_49_no_token_for_somebody_elses_session(
    instance: Tenant, backend: Backend, browser: Browser, account: Account
) -> None:
    backend.post("/v1/jwt_templates", name="shop", claims={}).ok()
    attacker = instance.browser()
    attacker.sign_up()
    for caller in (attacker, instance.browser()):
        refused = caller.post(path_of(account))
        assert refused.status == 401
        assert "jwt" not in refused.json


def test_case_49_no_token_after_sign_out(
    backend: Backend, browser: Browser, account: Account
) -> None:
    backend.post("/v1/jwt_templates", name="shop", claims={}).ok()
    browser.post(path_of(account)).ok()
    backend.post(f"/v1/sessions/{account.session_id}/revoke").ok()
    assert browser.post(path_of(account)).status == 401


def test_case_49_strangers_do_not_learn_which_templates_there_are(
    instance: Tenant, backend: Backend, account: Account
) -> None:
    backend.post("/v1/jwt_templates", name="shop", claims={}).ok()
    stranger = instance.browser()
    stranger.sign_up()
    known, unknown = stranger.post(path_of(account)), stranger.post(path_of(account, "other"))
    assert (known.status, known.codes) == (unknown.status, unknown.codes)


def test_case_49_key_of_a_template_is_never_told(instance: Tenant, backend: Backend) -> None:
    given = {"custom_signing_key": True, "signing_algorithm": "HS256", "signing_key": SECRET}
    made = backend.post("/v1/jwt_templates", name="shop", claims={}, **given).ok()
    replies = [
        made,
        backend.get("/v1/jwt_templates"),
        backend.get(f"/v1/jwt_templates/{made.json['id']}"),
        backend.patch(f"/v1/jwt_templates/{made.json['id']}", name="shop", claims={}),
        backend.post("/v1/jwt_templates", name="shop", claims={}, **given),
        backend.get("/v1/jwks"),
    ]
    assert all(SECRET not in reply.text for reply in replies)
    assert SECRET not in json.dumps(instance.harness.run(_stored(instance)))


async def _stored(instance: Tenant) -> list[Any]:
    sql = "select row_to_json(t)::text from jwt_templates t where instance_id = $1"
    return await instance.harness.open.db.column(sql, instance.id)


def test_case_49_template_of_another_instance_is_unknown(
    make_instance: Make, browser: Browser, account: Account
) -> None:
    with make_instance().backend() as elsewhere:
        elsewhere.post("/v1/jwt_templates", name="shop", claims={}).ok()
    assert browser.post(path_of(account)).codes == ["resource_not_found"]


@pytest.mark.parametrize("unit", ["{{", "{{'", "'", "a", "a||", "''||", "{{a}} "])
def test_case_49_endless_texts_are_read_at_once(backend: Backend, unit: str) -> None:
    text = "{{" + unit * (8_000 // len(unit))
    reply = backend.post("/v1/jwt_templates", name="shop", claims={"a": text})
    assert reply.status in (200, 422)
    assert reply.response.elapsed.total_seconds() < 1
