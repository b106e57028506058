"""What Clerk's components show for our errors: their own sentence for a code, or ours.

They look for a text under the code and the field it names, then under the code, and show
`long_message` where there is neither; @clerk/localizations is the list of what they look for.
"""

import inspect
from collections.abc import Callable

import pytest

from hallporter.contract import errors
from hallporter.contract.api_error import ErrorKind
from hallporter.contract.settings import Attributes, AttributeSettings, Settings
from tests.conftest import Make
from tests.harness import PASSWORD, Reply, Tenant, new_address, new_number
from tests.sdk.node import Node

ON = AttributeSettings(enabled=True)
LONG = "a" * 300


@pytest.fixture(scope="module")
def texts(node: Node) -> dict[str, bool]:
    """The keys that the components look for, and whether en-US has a text for each."""
    return dict(node.ask("errorKeys"))


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that takes every kind of identifier, and names."""
    attributes = Attributes(phone_number=ON, username=ON, first_name=ON, last_name=ON)
    return make_instance(Settings(test_mode=True, attributes=attributes))


def catalogue() -> dict[str, list[ErrorKind]]:
    """Return every problem of ours, by its code."""
    found: dict[str, list[ErrorKind]] = {}
    for family in map(vars(errors).__getitem__, errors.__all__):
        for _, kind in inspect.getmembers(family, lambda each: isinstance(each, ErrorKind)):
            found.setdefault(kind.code, []).append(kind)
    return found


def test_what_the_components_have_no_words_for_has_a_sentence_of_ours(
    texts: dict[str, bool],
) -> None:
    unspoken = {code: found for code, found in catalogue().items() if not texts.get(code)}
    assert len(unspoken) > 50
    for code, found in unspoken.items():
        for kind in found:
            said = kind.long_message
            assert said.endswith((".", "{reason}", "{value}")), code
            assert said[0].isupper() or said[0] in "`{", code


def sign_in(tenant: Tenant, **given: str) -> Reply:
    return tenant.browser().post("/v1/client/sign_ins", **given)


def sign_up(tenant: Tenant, **given: str) -> Reply:
    return tenant.browser().post("/v1/client/sign_ups", **given)


def taken(tenant: Tenant, name: str, value: str) -> Reply:
    given = [value] if name in ("email_address", "phone_number") else value
    tenant.backend().create_user(**{name: given})
    return sign_up(tenant, **{name: value})


def own(tenant: Tenant, method: str, path: str, **given: str) -> Reply:
    browser = tenant.browser()
    browser.sign_up()
    return browser.post(path, _method=method, **given)


def named_passkey(tenant: Tenant) -> Reply:
    tenant.update(attributes__passkey__enabled=True)
    return own(tenant, "PATCH", "/v1/me/passkeys/passkey_unknown", name=LONG)


WAYS: dict[str, Callable[[Tenant], Reply]] = {
    "form_identifier_exists__email_address": lambda it: taken(it, "email_address", new_address()),
    "form_identifier_exists__phone_number": lambda it: taken(it, "phone_number", new_number()),
    "form_identifier_exists__username": lambda it: taken(it, "username", "lovelace"),
    "form_param_format_invalid__email_address": lambda it: sign_up(it, email_address="nobody"),
    "form_param_format_invalid__phone_number": lambda it: sign_up(it, phone_number="+1"),
    "form_param_type_invalid__email_address": lambda it: it.backend().post(
        "/v1/invitations", email_address=["a"]
    ),
    "form_param_type_invalid__phone_number": lambda it: it.backend().post(
        "/v1/users", phone_number=7
    ),
    "form_param_max_length_exceeded__first_name": lambda it: sign_up(it, first_name=LONG),
    "form_param_max_length_exceeded__last_name": lambda it: own(
        it, "PATCH", "/v1/me", last_name=LONG
    ),
    "form_param_max_length_exceeded__name": named_passkey,
}


@pytest.mark.parametrize("key", WAYS)
def test_words_that_depend_on_the_field_are_found(
    instance: Tenant, texts: dict[str, bool], key: str
) -> None:
    assert key in texts
    [error] = WAYS[key](instance).json["errors"]
    assert f"{error['code']}__{error['meta']['param_name']}" == key


def test_every_key_that_names_a_field_is_tried(texts: dict[str, bool]) -> None:
    fields = {key for key in texts if "__" in key and not key.endswith("__sign_in")}
    assert fields == WAYS.keys()


def test_published_suites_find_the_words_that_they_look_for(instance: Tenant) -> None:
    address = new_address()
    user = instance.backend().create_user(email_address=[address], password=PASSWORD)
    wrong = sign_in(instance, strategy="password", identifier=address, password="wrong one, 1")
    assert long_message(wrong) == "The password is incorrect."
    assert long_message(sign_in(instance, identifier=new_address())).startswith(
        "Couldn't find your account"
    )
    browser = instance.browser()
    begun = browser.post("/v1/client/sign_ins", identifier=address).ok().body
    path = f"/v1/client/sign_ins/{begun['id']}"
    email_address_id = user["email_addresses"][0]["id"]
    browser.post(
        f"{path}/prepare_first_factor", strategy="email_code", email_address_id=email_address_id
    ).ok()
    tried = browser.post(f"{path}/attempt_first_factor", strategy="email_code", code="000000")
    assert long_message(tried) == "The code is incorrect."


def test_a_field_is_called_as_people_call_it(instance: Tenant) -> None:
    refused = sign_up(instance, email_address="nobody")
    assert long_message(refused) == "Email address does not have a valid format."


def long_message(reply: Reply) -> str:
    [error] = reply.json["errors"]
    return error["long_message"]
