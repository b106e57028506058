"""Keys that a JWT template brings along, for services that have one of their own."""

from collections.abc import Callable, Mapping
from functools import partial

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, RSAKey

from hallporter.contract.token_template import OwnKey

_SMALLEST_RSA_BITS = 2048


class KeyRefusedError(ValueError):
    """A text that is no key for its algorithm, or a weak one."""


def load(algorithm: str, text: str) -> OwnKey:
    """Parse a secret or a private key in PEM; raises KeyRefusedError.

    A secret is taken as it is written. Sizes as in RFC 7518 §3.2 and §3.3.
    """
    try:
        return OwnKey(algorithm, _LOADERS[algorithm](text.encode()))
    except (JoseError, ValueError, TypeError, UnsupportedAlgorithm) as refused:
        raise KeyRefusedError(algorithm) from refused


def _secret(smallest_bytes: int, text: bytes) -> OctKey:
    if len(text) < smallest_bytes:
        raise KeyRefusedError
    return OctKey.import_key(text)


def _rsa(text: bytes) -> RSAKey:
    key = RSAKey.import_key(text)
    if not key.is_private or key.raw_value.key_size < _SMALLEST_RSA_BITS:
        raise KeyRefusedError
    return key


def _elliptic(curve: str, text: bytes) -> ECKey:
    key = ECKey.import_key(text)
    if not key.is_private or key.curve_name != curve:
        raise KeyRefusedError
    return key


_LOADERS: Mapping[str, Callable[[bytes], OctKey | RSAKey | ECKey]] = {
    "HS256": partial(_secret, 32),
    "HS384": partial(_secret, 48),
    "HS512": partial(_secret, 64),
    "RS256": _rsa,
    "RS384": _rsa,
    "RS512": _rsa,
    "ES256": partial(_elliptic, "P-256"),
    "ES384": partial(_elliptic, "P-384"),
    "ES512": partial(_elliptic, "P-521"),
}
ALGORITHMS = frozenset(_LOADERS)
