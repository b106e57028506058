"""docs/operating/settings.md says what the settings and their docstrings say."""

from pathlib import Path

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.settings import page, tried
from tests.settings.__main__ import PAGE
from tests.settings.followed import always, followers, general, leaves
from tests.settings.listed import Setting, settings

TESTS = Path(__file__).parents[1]


def shown_settings() -> list[str]:
    """Return the settings that browsers are told of."""
    return sorted(setting for setting, lines in followers().items() if lines)


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page.page(), "run `make settings ARGS=--write`"


@pytest.mark.parametrize("setting", settings(), ids=lambda each: each.path)
def test_every_setting_says_what_it_does(setting: Setting) -> None:
    assert setting.shown.get("description", "").endswith("."), "it has no docstring"


def test_every_line_of_the_environment_is_on_the_page(make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True))
    tenant.update(
        social={"oauth_google": {"client_id": "a"}},
        attributes__phone_number__enabled=True,
        attributes__phone_number__channels=["sms", "whatsapp"],
        preferred_channels={"BE": "whatsapp"},
    )
    environment = leaves(tenant.browser().get("/v1/environment").ok().json)
    known = always().union(*followers().values())
    assert {general(line) for line, _ in environment} - known == set()


def test_what_follows_no_setting_is_explained() -> None:
    assert page.unexplained() == set()
    assert page.needless() == set()


def test_every_setting_that_is_told_has_a_test() -> None:
    found = "".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    untried = [setting for setting in shown_settings() if not tried.tests_of(setting)]
    assert untried == []
    missing = {
        name for names in tried.TESTS.values() for name in names if f"def {name}(" not in found
    }
    assert missing == set()


def test_every_test_that_is_named_is_of_a_setting_that_is_told() -> None:
    used = {tried.tests_of(setting) for setting in shown_settings()}
    assert set(tried.TESTS.values()) <= used
