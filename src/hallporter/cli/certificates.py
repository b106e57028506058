"""TLS: a certificate of a local authority made here, or two files of the operator's."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from hallporter.config import Config
from hallporter.core import data_dir as data_dirs
from hallporter.core.operator_error import OperatorError

if TYPE_CHECKING:
    import trustme

_FOLDER = "tls"
_ALWAYS = ("localhost", "*.localhost", "clerk.localhost", "127.0.0.1", "::1")
# Browsers refuse longer lives (CA/Browser Forum, 398 days; Apple 825 even for private authorities).
_LIFETIME = timedelta(days=397)
_RENEWAL = timedelta(days=30)


class Certificate(msgspec.Struct, frozen=True):
    """The files that TLS needs; `authority` is ours alone, for people to trust."""

    certificate: Path
    key: Path
    authority: Path | None


def certificate_of(config: Config, names: list[str]) -> Certificate | None:
    """Return what the config asks for; with `auto` made, or renewed, for `names` among others."""
    if config.tls is None:
        return None
    if config.tls == "auto":
        return _own(config.data_dir / _FOLDER, [*dict.fromkeys([*_ALWAYS, *names])])
    return _given(config.tls)


def refuse_unusable(config: Config) -> None:
    """Refuse files that TLS could not be served with, before anything else is started."""
    if config.tls not in (None, "auto"):
        _given(config.tls)


def _given(tls: str) -> Certificate:
    certificate, comma, key = tls.partition(",")
    if not comma:
        raise OperatorError("--tls takes `auto`, or two paths with a comma between them: CERT,KEY.")
    found = Certificate(Path(certificate).expanduser(), Path(key).expanduser(), None)
    try:
        # An encrypted key would ask the terminal for its password, where perhaps nobody sits.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(found.certificate, found.key, password=_no_password)
    except (OSError, ValueError) as error:
        raise OperatorError(
            f"--tls {tls} cannot be used ({error}): name a certificate and its "
            "unencrypted private key, both PEM files this user may read."
        ) from None
    return found


def _no_password() -> str:
    raise ValueError("the key is encrypted")


def _own(folder: Path, names: list[str]) -> Certificate:
    folder.mkdir(mode=0o700, exist_ok=True)
    # Key and certificate in one file, so that nobody ever finds two that do not fit.
    both = folder / "server.pem"
    if not _is_good(both, names):
        _issue(both, names)
    return Certificate(both, both, folder / "ca.pem")


def _is_good(both: Path, names: list[str]) -> bool:
    # Most servers have no certificate to look at.
    from cryptography import x509

    text = data_dirs.read_private(both)
    if text is None:
        return False
    found = x509.load_pem_x509_certificate(text.encode())
    named = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    present = {str(name.value) for name in named}
    return found.not_valid_after_utc > datetime.now(UTC) + _RENEWAL and set(names) <= present


def _issue(both: Path, names: list[str]) -> None:
    now = datetime.now(UTC)
    # The authority stays, so that people need to trust it once only.
    issued = _authority(both.parent).issue_cert(
        *names,
        organization_name="hallporter",
        not_before=now - timedelta(days=1),
        not_after=now + _LIFETIME,
    )
    both.unlink(missing_ok=True)
    data_dirs.create_private(both, issued.private_key_and_cert_chain_pem.bytes().decode())


def _authority(folder: Path) -> "trustme.CA":
    # Most starts issue nothing.
    import trustme

    secret = folder / "ca-with-key.pem"
    if not secret.exists():
        made = trustme.CA(
            organization_name="hallporter", organization_unit_name="local certificate authority"
        )
        pem = made.private_key_pem.bytes() + made.cert_pem.bytes()
        data_dirs.create_private(secret, pem.decode())
    both = (data_dirs.read_private(secret) or "").encode()
    authority = trustme.CA.from_pem(both, both)
    (folder / "ca.pem").write_bytes(authority.cert_pem.bytes())
    return authority
