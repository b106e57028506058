"""Templates are made, read, changed and deleted by servers."""

import base64
import subprocess
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.registry import HeaderParameter

from hallporter.core import private_keys
from hallporter.features.jwt_templates import actions as jwt_template_actions
from tests.concurrency import at_once
from tests.forge import claims_of, header_of
from tests.harness import Backend, Browser, Clock, Reply, Tenant

SECRET = "a secret of thirty-two characters"
REGISTRY = jws.JWSRegistry(
    header_registry={
        "cat": HeaderParameter("token category", "str"),
        "oiat": HeaderParameter("original issued at", "int"),
    },
    algorithms=["HS256", "RS384", "ES256"],
)
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def pem(key: Private) -> str:
    """Return a private key as PKCS#8 PEM."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(key: Private) -> str:
    """Return the public half as PEM."""
    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return key.public_key().public_bytes(*form).decode()


def create(backend: Backend, **given: Any) -> Reply:
    """Make a template that is as small as can be."""
    return backend.post("/v1/jwt_templates", **{"name": "shop", "claims": {}, **given})


def with_key(algorithm: str, key: str) -> dict[str, Any]:
    """Return the fields that bring a key along."""
    return {"custom_signing_key": True, "signing_algorithm": algorithm, "signing_key": key}


def minted(backend: Backend, browser: Browser, name: str = "shop") -> str:
    """Return a token made from a template."""
    session_id = browser.sign_up().session_id
    return backend.post(f"/v1/sessions/{session_id}/tokens/{name}").ok().json["jwt"]


def test_template_is_told_as_it_was_given(backend: Backend, clock: Clock) -> None:
    claims = {"z": 1, "a": {"b": ["{{user.id}}", None]}, "n": 123456789012345678901234567890}
    made = create(backend, claims=claims).ok().json
    assert made.pop("id").startswith("jtmp_")
    assert list(made["claims"]) == ["z", "a", "n"]
    assert made == {
        "object": "jwt_template",
        "name": "shop",
        "claims": claims,
        "lifetime": 60,
        "allowed_clock_skew": 5,
        "custom_signing_key": False,
        "signing_algorithm": "RS256",
        "created_at": clock.now(),
        "updated_at": clock.now(),
    }


def test_templates_are_read_listed_and_counted(backend: Backend, clock: Clock) -> None:
    made: list[Any] = []
    for name in ("a", "b", "c"):
        clock.advance(seconds=1)
        made.insert(0, create(backend, name=name).ok().json)
    assert backend.get(f"/v1/jwt_templates/{made[0]['id']}").ok().json == made[0]
    assert backend.get("/v1/jwt_templates").ok().json == made
    page = backend.get("/v1/jwt_templates", paginated="true", limit=1, offset=1).ok().json
    assert page == {"data": [made[1]], "total_count": 3}


def test_update_changes_what_is_given(backend: Backend, clock: Clock) -> None:
    made = create(backend, lifetime=600, allowed_clock_skew=7).ok().json
    clock.advance(minutes=1)
    path = f"/v1/jwt_templates/{made['id']}"
    changed = backend.patch(path, name="store", claims={"a": 1}, lifetime=None).ok().json
    assert changed == {**made, "name": "store", "claims": {"a": 1}, "updated_at": clock.now()}
    shorter = backend.patch(path, name="store", claims={}, lifetime=30).ok().json
    assert (shorter["lifetime"], shorter["allowed_clock_skew"]) == (30, 7)
    assert backend.get(path).ok().json == shorter


def test_deleted_template_is_gone(backend: Backend) -> None:
    path = f"/v1/jwt_templates/{create(backend).ok().json['id']}"
    assert backend.delete(path).ok().json["deleted"] is True
    for gone in (
        backend.get(path),
        backend.delete(path),
        backend.patch(path, name="shop", claims={}),
    ):
        assert (gone.status, gone.codes) == (404, ["resource_not_found"])
    create(backend).ok()


def test_name_is_taken_once(backend: Backend) -> None:
    create(backend).ok()
    other = create(backend, name="other").ok().json
    renamed = backend.patch(f"/v1/jwt_templates/{other['id']}", name="shop", claims={})
    for taken in (create(backend), renamed):
        assert (taken.codes, taken.params) == (["form_identifier_exists"], ["name"])
    assert backend.get(f"/v1/jwt_templates/{other['id']}").ok().json == other


def test_of_many_who_take_a_name_at_once_one_gets_it(instance: Tenant) -> None:
    def take(_: int) -> int:
        with instance.backend() as backend:
            return create(backend).status

    assert sorted(at_once(4, take)) == [200, 422, 422, 422]


def test_number_of_templates_has_an_end(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwt_template_actions, "MAX_TEMPLATES", 2)
    for name in ("a", "b"):
        create(backend, name=name).ok()
    refused = create(backend, name="c")
    assert (refused.status, refused.codes) == (403, ["jwt_template_quota_exceeded"])


@pytest.mark.parametrize("claim", sorted(jwt_template_actions.RESERVED))
def test_reserved_claims_are_refused(backend: Backend, claim: str) -> None:
    made = create(backend).ok().json
    path = f"/v1/jwt_templates/{made['id']}"
    for refused in (
        create(backend, name="other", claims={claim: 1}),
        backend.patch(path, name="shop", claims={claim: 1}),
    ):
        assert (refused.status, refused.codes) == (400, ["jwt_template_reserved_claim"])
        assert claim in refused.json["errors"][0]["long_message"]
    create(backend, name="deeper", claims={"a": {claim: 1}}).ok()


@pytest.mark.parametrize(
    "text",
    [
        "{{}}",
        "{{ }}",
        "{{user.id ||}}",
        "{{|| user.id}}",
        "{{user.id | user.id}}",
        "{{user.id user.id}}",
        "Hello {{user.id || || 1}}",
        "{{'a' 'b'}}",
    ],
)
def test_malformed_shortcodes_are_refused(backend: Backend, text: str) -> None:
    refused = create(backend, claims={"a": {"b": [text]}})
    assert (refused.codes, refused.params) == (["form_param_format_invalid"], ["claims"])


@pytest.mark.parametrize("text", ["{{user.id", "}}{{", "{user.id}", "{{it's}}", "{{{{"])
def test_what_is_no_shortcode_stays_as_it_is(backend: Backend, browser: Browser, text: str) -> None:
    create(backend, claims={"a": text}).ok()
    assert claims_of(minted(backend, browser))["a"] == text


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        ({"name": ""}, "form_param_format_invalid", "name"),
        ({"name": "a/b"}, "form_param_format_invalid", "name"),
        ({"name": "a%2fb"}, "form_param_format_invalid", "name"),
        ({"name": ".."}, "form_param_format_invalid", "name"),
        ({"name": "shop\n"}, "form_param_format_invalid", "name"),
        ({"name": "a" * 256}, "form_param_max_length_exceeded", "name"),
        ({"claims": "text"}, "form_param_format_invalid", "claims"),
        ({"claims": [1]}, "form_param_type_invalid", "claims"),
        ({"claims": {"a": "b" * 9_000}}, "form_param_exceeds_allowed_size", "claims"),
        ({"lifetime": 29}, "form_param_value_invalid", "lifetime"),
        ({"lifetime": 315_360_001}, "form_param_value_invalid", "lifetime"),
        ({"allowed_clock_skew": 301}, "form_param_value_invalid", "allowed_clock_skew"),
        ({"allowed_clock_skew": -1}, "form_param_value_invalid", "allowed_clock_skew"),
        ({"colour": "red"}, "form_param_unknown", "colour"),
    ],
)
def test_unusable_fields_are_refused(
    backend: Backend, given: dict[str, Any], code: str, param: str
) -> None:
    refused = create(backend, **given)
    assert (refused.status, refused.codes, refused.params) == (422, [code], [param])


def test_everything_wrong_is_told_at_once(backend: Backend) -> None:
    refused = create(backend, name="a/b", claims={"sub": 1}, custom_signing_key=True)
    assert refused.codes == [
        "form_param_format_invalid",
        "jwt_template_reserved_claim",
        "form_conditional_param_missing",
    ]
    assert backend.post("/v1/jwt_templates").params == ["name", "claims"]


def test_secret_of_ones_own_signs(backend: Backend, browser: Browser, instance: Tenant) -> None:
    made = create(backend, **with_key("HS256", SECRET)).ok()
    assert (made.json["custom_signing_key"], made.json["signing_algorithm"]) == (True, "HS256")
    token = minted(backend, browser)
    jws.deserialize_compact(token, OctKey.import_key(SECRET), registry=REGISTRY)
    assert "kid" not in header_of(token)
    # And once it has been read from the database.
    instance.update()
    jws.deserialize_compact(minted(backend, browser), OctKey.import_key(SECRET), registry=REGISTRY)


def test_private_keys_of_ones_own_sign(backend: Backend, browser: Browser) -> None:
    rsa_key = rsa.generate_private_key(65_537, 2_048)
    ec_key = ec.generate_private_key(ec.SECP256R1())
    create(backend, name="rsa", **with_key("RS384", pem(rsa_key))).ok()
    create(backend, name="ec", **with_key("ES256", pem(ec_key))).ok()
    for name, key in (
        ("rsa", RSAKey.import_key(public_pem(rsa_key))),
        ("ec", ECKey.import_key(public_pem(ec_key))),
    ):
        jws.deserialize_compact(minted(backend, browser, name), key, registry=REGISTRY)


def test_key_stays_until_it_is_taken_away(backend: Backend, browser: Browser) -> None:
    made = create(backend, **with_key("HS256", SECRET)).ok().json
    path = f"/v1/jwt_templates/{made['id']}"
    kept = backend.patch(path, name="shop", claims={}, signing_algorithm=None).ok().json
    assert (kept["custom_signing_key"], kept["signing_algorithm"]) == (True, "HS256")
    gone = backend.patch(path, name="shop", claims={}, custom_signing_key=False).ok().json
    assert (gone["custom_signing_key"], gone["signing_algorithm"]) == (False, "RS256")
    assert header_of(minted(backend, browser))["alg"] == "RS256"


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        ({"signing_algorithm": "HS256"}, "form_conditional_param_missing", "signing_key"),
        ({"signing_key": SECRET}, "form_conditional_param_missing", "signing_algorithm"),
        (with_key("none", SECRET), "form_param_value_invalid", "signing_algorithm"),
        (with_key("hs256", SECRET), "form_param_value_invalid", "signing_algorithm"),
        (with_key("HS256", "short"), "form_param_value_invalid", "signing_key"),
        (with_key("HS512", SECRET), "form_param_value_invalid", "signing_key"),
        (with_key("RS256", SECRET), "form_param_value_invalid", "signing_key"),
        (with_key("ES256", SECRET), "form_param_value_invalid", "signing_key"),
    ],
)
def test_unusable_keys_are_refused(
    backend: Backend, given: dict[str, Any], code: str, param: str
) -> None:
    refused = create(backend, **{"custom_signing_key": True, **given})
    assert (refused.status, refused.codes, refused.params) == (422, [code], [param])
    assert SECRET not in refused.text


def test_keys_of_another_kind_or_size_are_refused(backend: Backend) -> None:
    small = rsa.generate_private_key(65_537, 1_024)
    large = rsa.generate_private_key(65_537, 2_048)
    curve = ec.generate_private_key(ec.SECP384R1())
    for given in (
        with_key("RS256", pem(small)),
        with_key("RS256", pem(curve)),
        with_key("RS256", public_pem(large)),
        with_key("ES256", pem(curve)),
        with_key("ES256", pem(large)),
        with_key("ES384", public_pem(curve)),
    ):
        assert create(backend, **given).params == ["signing_key"]


def test_key_that_signs_slowly_is_refused(backend: Backend) -> None:
    create(backend, **with_key("RS256", pem(rsa.generate_private_key(65_537, 4_096)))).ok()
    given = with_key("RS256", pem(rsa.generate_private_key(65_537, 4_104)))
    refused = create(backend, **{"name": "slow", **given})
    assert (refused.codes, refused.params) == (["form_param_value_invalid"], ["signing_key"])


def test_long_key_is_not_read(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def note(command: Any, *, input: bytes, **_: Any) -> Any:
        read.append(len(input))
        return subprocess.CompletedProcess(command, 1, b"", b"")

    monkeypatch.setattr(private_keys.subprocess, "run", note)
    for algorithm in ("RS256", "ES256"):
        assert create(backend, **with_key(algorithm, "x" * 8_193)).params == ["signing_key"]
    assert create(backend, **with_key("HS256", "x" * 8_193)).params == ["signing_key"]
    assert read == []
    create(backend, **with_key("RS256", "x" * 8_192))
    assert read == [8_192]


def test_key_whose_numbers_do_not_belong_together_is_refused(backend: Backend) -> None:
    key = rsa.generate_private_key(65_537, 2_048)
    bent = replaced_number(pem(key), key.private_numbers().dmp1, key.private_numbers().dmp1 ^ 2)
    assert bent != pem(key)
    assert create(backend, **with_key("RS256", bent)).params == ["signing_key"]


def test_key_is_judged_in_another_process_and_once(
    backend: Backend, browser: Browser, instance: Tenant
) -> None:
    key = pem(rsa.generate_private_key(65_537, 4_096))
    path = f"/v1/sessions/{browser.sign_up().session_id}/tokens/shop"
    begun = time.process_time()
    create(backend, **with_key("RS256", key)).ok()
    instance.update()
    backend.post(path).ok()
    # All threads of this process, the server's among them. To judge one takes 0.4 s of CPU.
    assert time.process_time() - begun < 0.25


def replaced_number(text: str, before: int, after: int) -> str:
    """Return a key in PEM with another number in it."""
    lines = text.strip().splitlines()
    content = base64.b64decode("".join(lines[1:-1]))
    size = (before.bit_length() + 7) // 8
    content = content.replace(before.to_bytes(size, "big"), after.to_bytes(size, "big"))
    return "\n".join([lines[0], base64.b64encode(content).decode(), lines[-1]])


def test_key_without_the_word_that_it_counts_is_refused(backend: Backend) -> None:
    for given in ({"signing_key": SECRET}, {"signing_algorithm": "HS256"}):
        for custom in ({}, {"custom_signing_key": False}):
            refused = create(backend, **given, **custom)
            assert refused.codes == ["form_conditional_param_missing"]
            assert refused.params == ["custom_signing_key"]
