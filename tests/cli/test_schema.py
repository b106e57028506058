"""`hallporter instance schema` tells programs what settings there are."""

import json
from importlib import import_module
from typing import Any

import msgspec
import pytest

from hallporter.contract.settings import Settings
from tests.cli.processes import hallporter

Validator: Any = import_module("jsonschema").Draft202012Validator


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """What the command prints."""
    printed = hallporter("instance", "schema")
    assert printed.returncode == 0, printed.stderr
    return json.loads(printed.stdout)


def is_taken(given: dict[str, Any]) -> bool:
    """Tell whether the server takes settings."""
    try:
        msgspec.convert(given, Settings)
    except msgspec.ValidationError:
        return False
    return True


def test_schema_is_one(schema: dict[str, Any]) -> None:
    Validator.check_schema(schema)
    assert Validator(schema).is_valid(msgspec.to_builtins(Settings()))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"mail": {"transport": "smtp", "host": "smtp.example.com", "port": 25}},
        {"mail": {"port": 0}},
        {"mail": {"transport": "pigeon"}},
        {"mail": {"host": "two words"}},
        {"mail": {"from_address": "two\nlines"}},
        {"mail": {"no_setting": 1}},
        {"no_setting": 1},
        {"api_version": "2026-05-12"},
        {"api_version": "12 May"},
        {"session": {"inactivity_timeout_seconds": None}},
        {"session": {"lifetime_seconds": "60"}},
        {"attributes": {"phone_number": {"channels": ["sms", "whatsapp"]}}},
        {"attributes": {"phone_number": {"channels": ["pigeon"]}}},
        {"preferred_channels": {"BR": "whatsapp"}},
        {"preferred_channels": {"Brazil": "whatsapp"}},
        {"social": {"oauth_google": {"client_id": "a", "client_secret": "b"}}},
        {"social": {"google": {"client_id": "a"}}},
        {"session_token_claims": {"anything": [{"at": 1}]}},
    ],
    ids=json.dumps,
)
def test_schema_takes_what_the_server_takes(schema: dict[str, Any], given: dict[str, Any]) -> None:
    assert Validator(schema).is_valid(given) == is_taken(given)


def test_schema_says_what_each_setting_means_and_what_is_secret(schema: dict[str, Any]) -> None:
    properties = schema["$defs"]["MailSettings"]["properties"]
    assert properties["port"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 65_535,
        "default": 587,
        "description": "The mail server's port.",
    }
    assert [name for name, each in properties.items() if each.get("writeOnly")] == ["password"]


def test_patterns_are_such_as_every_program_reads(schema: dict[str, Any]) -> None:
    # JSON Schema has ECMA-262's, which take `\A` for the letter.
    assert r"\A" not in json.dumps(schema).replace(r"\\", "\\")
