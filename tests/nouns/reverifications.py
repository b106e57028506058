"""Proving oneself again."""

from tests.factors import add_app
from tests.harness import (
    PASSWORD,
)
from tests.nouns.part import Part
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    browser, account = walker.signed_in()
    app = add_app(walker.tenant, account.user_id)
    path = f"/v1/client/sessions/{account.session_id}/verify"
    browser.post(path, level="multi_factor").ok()
    browser.post(f"{path}/prepare_first_factor", strategy="email_code").ok()
    browser.post(f"{path}/attempt_first_factor", strategy="email_code", code="000000")
    browser.post(f"{path}/attempt_first_factor", strategy="password", password=PASSWORD).ok()
    browser.post(f"{path}/prepare_second_factor", strategy="totp")
    browser.post(f"{path}/attempt_second_factor", strategy="totp", code=app.code()).ok()


PART = Part((walk,))
