"""Keys that a JWT template brings along, for services that have one of their own."""

from collections.abc import Callable, Mapping
from functools import partial

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.jwk import ECKey, OctKey, RSAKey

from hallporter.contract.token_template import OwnKey
from hallporter.core import private_keys
from hallporter.core.secret import Secret

_SMALLEST_RSA_BITS = 2048
# A signature of twice the bits takes six times as long, and holds up everybody else.
_LARGEST_RSA_BITS = 4096
# Twice what a key of that size takes in PEM.
_LONGEST_PEM = 8_192


class KeyRefusedError(ValueError):
    """A text that is no key for its algorithm, or a weak one."""


def refuse_unfit(algorithm: str, text: Secret) -> None:
    """Raise KeyRefusedError unless `text` is a key that may be taken: one that signs in no time.

    What was taken by an earlier release is loaded all the same. A private key is judged in a
    process: call it in a thread.
    """
    # Before it is read: to judge a large key takes seconds.
    if len(text.reveal()) > _LONGEST_PEM:
        raise KeyRefusedError
    if algorithm not in _SHARED and not private_keys.is_sound(text.reveal().encode()):
        raise KeyRefusedError
    key = load(algorithm, text).key.private_key
    if isinstance(key, RSAPrivateKey) and key.key_size > _LARGEST_RSA_BITS:
        raise KeyRefusedError


def load(algorithm: str, text: Secret) -> OwnKey:
    """Parse a shared secret or a private key in PEM that was taken; raises KeyRefusedError.

    A shared secret is taken as it is written. Sizes as in RFC 7518 §3.2 to §3.4.
    """
    return OwnKey(algorithm, _LOADERS[algorithm](text))


def _shared_secret(smallest_bytes: int, text: Secret) -> OctKey:
    if len(text.reveal().encode()) < smallest_bytes:
        raise KeyRefusedError
    return OctKey.import_key(text.reveal().encode())


def _rsa(text: Secret) -> RSAKey:
    key = _private_key(text)
    if not isinstance(key, RSAPrivateKey) or key.key_size < _SMALLEST_RSA_BITS:
        raise KeyRefusedError
    return RSAKey(key, key)


def _elliptic(curve: str, text: Secret) -> ECKey:
    key = _private_key(text)
    if not isinstance(key, EllipticCurvePrivateKey) or key.curve.name != curve:
        raise KeyRefusedError
    return ECKey(key, key)


def _private_key(text: Secret) -> object:
    try:
        # What is stored was judged when it was taken.
        return load_pem_private_key(
            text.reveal().encode(), password=None, unsafe_skip_rsa_key_validation=True
        )
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyRefusedError from error


_LOADERS: Mapping[str, Callable[[Secret], OctKey | RSAKey | ECKey]] = {
    "HS256": partial(_shared_secret, 32),
    "HS384": partial(_shared_secret, 48),
    "HS512": partial(_shared_secret, 64),
    "RS256": _rsa,
    "RS384": _rsa,
    "RS512": _rsa,
    "ES256": partial(_elliptic, "secp256r1"),
    "ES384": partial(_elliptic, "secp384r1"),
    "ES512": partial(_elliptic, "secp521r1"),
}
ALGORITHMS = frozenset(_LOADERS)
_SHARED = ("HS256", "HS384", "HS512")
