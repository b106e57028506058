"""Encryption at rest: small secrets are sealed, and short ones hashed, under the master key.

A master key is 32 bytes in base64url. Several are separated by commas: the first seals, all open,
and the last, the root, keys every digest. Further keys may be sealed under those, in the database:
so a key is replaced while processes run that were given either. The root is the same for the life
of the database.
"""

import base64
import hmac
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hallporter.core import data_dir as data_dirs
from hallporter.core.operator_error import OperatorError
from hallporter.core.secret import Secret

KEY_FILE = "master.key"
KEY_VARIABLE = "HALLPORTER_MASTER_KEY"

_KEY_BYTES = 32
_KEY = re.compile(r"[A-Za-z0-9_-]{43}=?")


class UnsealError(Exception):
    """Say why a sealed text does not open: another key, or altered."""


class SealedKey(msgspec.Struct, frozen=True):
    """A master key, sealed under another one; `role` says what for.

    `coming`: it replaces the other, and everybody learns it. `sealing`: everybody seals with it.
    `kept`: the other has replaced it.
    """

    key_id: str
    under: str
    sealed: str
    role: Literal["coming", "sealing", "kept"]


class CryptoBox:
    """Seal, open and hash with the master keys; nothing of a key can be read back."""

    __slots__ = ("_fernets", "_given", "_held", "_root", "_sealing", "_successors")

    def __init__(
        self, keys: Sequence[bytes], sealed: Sequence[SealedKey] = (), *, root_id: str | None = None
    ) -> None:
        """Take the keys, sealing key first and root last, unless `root_id` names another."""
        self._held = {_key_id(key): key for key in keys}
        self._fernets: dict[str, Fernet] = {}
        self._successors: dict[str, str] = {}
        self._given = self._sealing = _key_id(keys[0])
        self.learn(sealed)
        self._root = self._held.get(root_id or "", keys[-1])

    def learn(self, sealed: Sequence[SealedKey]) -> None:
        """Take in the keys that those at hand open, and seal with the newest that all have.

        What is known already is not forgotten: somebody may still seal with it.
        """
        found = [*sealed]
        while opened := [each for each in found if each.under in self._held]:
            found = [each for each in found if each.under not in self._held]
            for each in opened:
                key = _wrapping(self._held[each.under]).decrypt(each.sealed.encode())
                self._held.setdefault(each.key_id, key)
        for id in self._held.keys() - self._fernets.keys():
            self._fernets[id] = Fernet(base64.urlsafe_b64encode(_derive(self._held[id], "encrypt")))
        # Nor is the old key taken up again when no trace of the change is left.
        self._successors |= {each.under: each.key_id for each in sealed if each.role == "sealing"}
        while self._sealing in self._successors:
            self._sealing = self._successors[self._sealing]

    def sealed_for(self, successor: bytes) -> list[SealedKey]:
        """Return what makes `successor` known to who has today's key, and today's to who has it."""
        coming = _key_id(successor)
        return [
            _sealed(successor, self._held[self._sealing], "coming"),
            *(_sealed(key, successor, "kept") for id, key in self._held.items() if id != coming),
        ]

    def holds(self, key_id: str) -> bool:
        """Tell whether a master key is at hand."""
        return key_id in self._held

    def text_of(self, key_id: str) -> Secret:
        """Return a master key as it is written in its file or variable."""
        return Secret(base64.urlsafe_b64encode(self._held[key_id]).decode().rstrip("="))

    @property
    def given(self) -> str:
        """The id of the key that this process was given first."""
        return self._given

    @property
    def sealing(self) -> str:
        """The id of the key that seals."""
        return self._sealing

    @property
    def fingerprint(self) -> str:
        """What to store, and to hand to `open_box` at the next start; it is public."""
        root = _key_id(self._root)
        return root if self._sealing == root else f"{self._sealing},{root}"

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
    data_dir: Path,
    *,
    given: Secret | None,
    expected_fingerprint: str | None,
    sealed: Sequence[SealedKey] = (),
) -> CryptoBox:
    """Return the box for the master key in the environment or in `data_dir`, or refuse.

    `expected_fingerprint` and `sealed` are what the database remembers; a database that remembers
    none is new, and only then is a missing key generated.
    """
    path = data_dir / KEY_FILE
    keys = _agreed(path, given)
    if keys is None and expected_fingerprint is not None:
        raise OperatorError(
            f"The database is encrypted, and its master key ({expected_fingerprint}) is neither "
            f"in {KEY_VARIABLE} nor in {path}: restore it from a backup."
        )
    if keys is None:
        keys = _generate(path)
    if expected_fingerprint is None:
        return CryptoBox(keys)
    box = CryptoBox(keys, sealed, root_id=expected_fingerprint.rpartition(",")[2])
    _refuse_wrong(keys, box, expected_fingerprint)
    return box


def new_key() -> bytes:
    """Return a master key that nobody has had."""
    return secrets.token_bytes(_KEY_BYTES)


def replace_key(data_dir: Path, text: Secret) -> None:
    """Write another master key into its file."""
    data_dirs.replace_private(data_dir / KEY_FILE, text.reveal())


def _agreed(path: Path, given: Secret | None) -> list[bytes] | None:
    text = data_dirs.read_private(path)
    in_file = _parse(text, str(path)) if text is not None else None
    in_environment = _parse(given.reveal(), KEY_VARIABLE) if given is not None else None
    if in_file is not None and in_environment is not None and in_file != in_environment:
        raise OperatorError(
            f"{KEY_VARIABLE} and {path} hold different master keys: remove one of them."
        )
    return in_environment or in_file


def _parse(text: str, source: str) -> list[bytes]:
    parts = [part.strip() for part in text.split(",")]
    if not all(_KEY.fullmatch(part) for part in parts):
        raise OperatorError(
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
        raise OperatorError(f"{path} vanished while it was being made.")
    return _parse(text, str(path))


def _refuse_wrong(keys: Sequence[bytes], box: CryptoBox, expected_fingerprint: str) -> None:
    ids = [_key_id(key) for key in keys]
    expected = expected_fingerprint.split(",")
    missing = [id for id in expected if not box.holds(id)]
    if missing:
        raise OperatorError(
            f"The database is encrypted under master key {' and '.join(missing)}, "
            f"but was given {' and '.join(ids)}."
        )
    if expected[-1] in ids[:-1]:
        raise OperatorError(
            f"Master key {expected[-1]} must stay the last one: put new keys before it."
        )


def _sealed(key: bytes, under: bytes, role: Literal["coming", "kept"]) -> SealedKey:
    text = _wrapping(under).encrypt(key).decode()
    return SealedKey(_key_id(key), _key_id(under), text, role)


def _wrapping(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derive(key, "wrap")))


def _key_id(key: bytes) -> str:
    return _derive(key, "id")[:6].hex()


def _derive(key: bytes, use: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"hallporter {use}".encode()).derive(key)
