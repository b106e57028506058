"""Passwords and second factors, as servers see them."""

import pyotp
from pyotp.totp import TOTP

from tests.harness import (
    PASSWORD,
)
from tests.nouns.part import Part
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    backend, secret = walker.backend, pyotp.random_base32()
    given = {"totp_secret": secret, "backup_codes": ["abcdefgh1", "abcdefgh2"]}
    path = f"/v1/users/{walker.user(**given)}"
    backend.post(f"{path}/verify_password", password=PASSWORD).ok()
    backend.post(f"{path}/password/set_compromised", revoke_all_sessions=False).ok()
    backend.post(f"{path}/password/unset_compromised").ok()
    code = TOTP(secret).at(walker.tenant.harness.clock.now() // 1000)
    backend.post(f"{path}/verify_totp", code=code).ok()
    backend.delete(f"{path}/backup_code").ok()
    backend.delete(f"{path}/totp").ok()
    backend.delete(f"{path}/mfa").ok()
    backend.post(f"{path}/remove_password").ok()


PART = Part((walk,))
