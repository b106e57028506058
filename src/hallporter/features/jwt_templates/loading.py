"""From a stored template to one that mints: compiled, its key opened and parsed."""

from functools import lru_cache
from typing import Any

import msgspec

from hallporter.contract.token_template import OwnKey, TokenTemplate
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.secret import Secret
from hallporter.features.jwt_templates.rows import JwtTemplateRow
from hallporter.tokens import claims_template, own_keys
from hallporter.tokens.shortcodes import SHORTCODES

_REMEMBERED = 1_000


def load(box: CryptoBox, row: JwtTemplateRow) -> TokenTemplate:
    """Return the template of `row`."""
    claims = msgspec.json.decode(row.claims, type=dict[str, Any])
    sealed = row.signing_key_encrypted
    return TokenTemplate(
        name=row.name,
        claims=claims_template.compiled(claims, SHORTCODES),
        lifetime_seconds=row.lifetime,
        allowed_clock_skew_seconds=row.allowed_clock_skew,
        own_key=None if sealed is None else _own_key(box, row.signing_algorithm, sealed),
    )


@lru_cache(maxsize=_REMEMBERED)
def _own_key(box: CryptoBox, algorithm: str, sealed: str) -> OwnKey:
    # Every change of an instance loads all its templates; an RSA key takes longer than the rest.
    return own_keys.load(algorithm, Secret(box.decrypt(sealed).decode()))
