"""Encryption at rest: small secrets are sealed, and short ones hashed, under the master key.

A master key is 32 bytes in base64url. Several are separated by commas: the first seals, all open,
and the last, the root, keys every digest. So rotation puts a new key in front, and the root stays
last for the life of the database.
"""

import base64
import hmac
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hallporter.core import data_dir as data_dirs
from hallporter.core.refusal import Refusal
from hallporter.core.secret import Secret

KEY_FILE = "master.key"
KEY_VARIABLE = "HALLPORTER_MASTER_KEY"

_KEY_BYTES = 32
_KEY = re.compile(r"[A-Za-z0-9_-]{43}=?")


class UnsealError(Exception):
    """Say why a sealed text does not open: another key, or altered."""


class CryptoBox:
    """Seal, open and hash with the master keys; nothing of a key can be read back."""

    __slots__ = ("_fernets", "_root", "_sealing", "fingerprint")

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the keys, sealing key first and root last."""
        ids = [_key_id(key) for key in keys]
        self._fernets = {
            id: Fernet(base64.urlsafe_b64encode(_derive(key, "encrypt")))
            for id, key in zip(ids, keys, strict=True)
        }
        self._sealing = ids[0]
        self._root = keys[-1]
        # Public: store it, and hand it to `open_box` at the next start.
        self.fingerprint = ids[0] if len(ids) == 1 else f"{ids[0]},{ids[-1]}"

    def encrypt(self, secret: bytes | str) -> str:
        """Seal `secret`; the text begins with the id of the key that opens it."""
        plain = secret.encode() if isinstance(secret, str) else secret
        return f"{self._sealing}.{self._fernets[self._sealing].encrypt(plain).decode()}"

    def decrypt(self, sealed: str) -> bytes:
        """Open what `encrypt` sealed, under this or an earlier key; raise UnsealError."""
        key_id, _, token = sealed.partition(".")
        fernet = self._fernets.get(key_id)
        if fernet is None:
            raise UnsealError("sealed under a master key that was not given")
        try:
            return fernet.decrypt(token.encode())
        except InvalidToken:
            raise UnsealError("altered since it was sealed") from None

    def is_current(self, sealed: str) -> bool:
        """Tell whether the key that seals today sealed this, so that no older one is needed."""
        return sealed.startswith(f"{self._sealing}.")

    def digest(self, purpose: str, value: str) -> str:
        """Return an HMAC-SHA256 of `value` in hex, the same after any rotation.

        Without the root nobody can try out short values, nor tell that two purposes share one.
        """
        return hmac.digest(_derive(self._root, f"digest {purpose}"), value.encode(), "sha256").hex()


def open_box(
    data_dir: Path, *, given: Secret | None, expected_fingerprint: str | None
) -> CryptoBox:
    """Return the box for the master key in the environment or in `data_dir`, or refuse.

    `expected_fingerprint` is what the database remembers; a database that remembers none is new,
    and only then is a missing key generated.
    """
    path = data_dir / KEY_FILE
    keys = _agreed(path, given)
    if keys is None and expected_fingerprint is not None:
        raise Refusal(
            f"The database is encrypted, and its master key ({expected_fingerprint}) is neither "
            f"in {KEY_VARIABLE} nor in {path}: restore it from a backup."
        )
    if keys is None:
        keys = _generate(path)
    box = CryptoBox(keys)
    if expected_fingerprint is not None:
        _refuse_wrong(keys, expected_fingerprint)
    return box


def _agreed(path: Path, given: Secret | None) -> list[bytes] | None:
    text = data_dirs.read_private(path)
    in_file = _parse(text, str(path)) if text is not None else None
    in_environment = _parse(given.reveal(), KEY_VARIABLE) if given is not None else None
    if in_file is not None and in_environment is not None and in_file != in_environment:
        raise Refusal(f"{KEY_VARIABLE} and {path} hold different master keys: remove one of them.")
    return in_environment or in_file


def _parse(text: str, source: str) -> list[bytes]:
    parts = [part.strip() for part in text.split(",")]
    if not all(_KEY.fullmatch(part) for part in parts):
        raise Refusal(
            f"{source} is not a master key: expected 32 bytes in base64url (43 characters), "
            "or several with commas between them."
        )
    return [base64.urlsafe_b64decode(part.rstrip("=") + "=") for part in parts]


def _generate(path: Path) -> list[bytes]:
    data_dirs.prepare(path.parent)
    data_dirs.create_private(path, secrets.token_urlsafe(_KEY_BYTES))
    # Another process may have been first: the key in the file is the one that counts.
    text = data_dirs.read_private(path)
    if text is None:
        raise Refusal(f"{path} vanished while it was being made.")
    return _parse(text, str(path))


def _refuse_wrong(keys: Sequence[bytes], expected_fingerprint: str) -> None:
    ids = [_key_id(key) for key in keys]
    expected = expected_fingerprint.split(",")
    missing = [id for id in expected if id not in ids]
    if missing:
        raise Refusal(
            f"The database is encrypted under master key {' and '.join(missing)}, "
            f"but was given {' and '.join(ids)}."
        )
    if ids[-1] != expected[-1]:
        raise Refusal(f"Master key {expected[-1]} must stay the last one: put new keys before it.")


def _key_id(key: bytes) -> str:
    return _derive(key, "id")[:6].hex()


def _derive(key: bytes, use: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"hallporter {use}".encode()).derive(key)
