"""`--tls auto`: one authority for good, certificates that follow the names and the calendar."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from hallporter.cli import certificates
from hallporter.cli.certificates import Certificate
from hallporter.config import Config
from hallporter.core.operator_error import OperatorError


def issued(data_dir: Path, *names: str) -> Certificate:
    found = certificates.certificate_of(Config(data_dir=data_dir, tls="auto"), list(names))
    assert found is not None
    return found


def opened(certificate: Certificate) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificate.certificate.read_bytes())


def names_of(certificate: x509.Certificate) -> set[str]:
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return {str(name.value) for name in found.value}


def test_without_tls_there_is_none(tmp_path: Path) -> None:
    assert certificates.certificate_of(Config(data_dir=tmp_path), []) is None


def test_it_names_this_machine_and_the_instances(tmp_path: Path) -> None:
    names = names_of(opened(issued(tmp_path, "acme.localhost")))
    assert names == {
        "localhost",
        "*.localhost",
        "clerk.localhost",
        "acme.localhost",
        "127.0.0.1",
        "::1",
    }


def test_browsers_accept_how_long_it_lives(tmp_path: Path) -> None:
    found = opened(issued(tmp_path))
    assert found.not_valid_after_utc - found.not_valid_before_utc <= timedelta(days=398)
    assert found.not_valid_before_utc < datetime.now(UTC)


def test_the_next_start_keeps_it(tmp_path: Path) -> None:
    assert opened(issued(tmp_path)) == opened(issued(tmp_path))


def test_a_new_name_renews_it_under_the_same_authority(tmp_path: Path) -> None:
    before = issued(tmp_path)
    assert before.authority is not None
    authority, serial = before.authority.read_bytes(), opened(before).serial_number
    after = issued(tmp_path, "acme.localhost")
    assert opened(after).serial_number != serial
    assert after.authority is not None
    assert after.authority.read_bytes() == authority


def test_one_about_to_expire_is_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "_LIFETIME", timedelta(days=29))
    serial = opened(issued(tmp_path)).serial_number
    monkeypatch.undo()
    assert opened(issued(tmp_path)).serial_number != serial


def test_keys_are_for_this_user_alone(tmp_path: Path) -> None:
    found = issued(tmp_path)
    secret = [found.key, tmp_path / "tls" / "ca-with-key.pem"]
    assert [path.stat().st_mode & 0o777 for path in secret] == [0o600, 0o600]
    assert (tmp_path / "tls").stat().st_mode & 0o777 == 0o700


def test_two_files_are_taken_as_they_are(tmp_path: Path) -> None:
    own = issued(tmp_path)
    config = Config(data_dir=tmp_path, tls=f"{own.certificate},{own.key}")
    found = certificates.certificate_of(config, [])
    assert found == Certificate(own.certificate, own.key, None)


def test_an_encrypted_key_is_refused_without_asking_the_terminal(tmp_path: Path) -> None:
    own = issued(tmp_path)
    key = serialization.load_pem_private_key(own.key.read_bytes(), None)
    encrypted = tmp_path / "encrypted.pem"
    encrypted.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"x"),
        )
    )
    config = Config(data_dir=tmp_path, tls=f"{own.certificate},{encrypted}")
    with pytest.raises(OperatorError, match="unencrypted private key"):
        certificates.certificate_of(config, [])


def test_the_authority_vouches_for_it(tmp_path: Path) -> None:
    found = issued(tmp_path)
    assert found.authority is not None
    trusted = ssl.create_default_context(cafile=str(found.authority))
    assert trusted.cert_store_stats()["x509_ca"] == 1
    authority = x509.load_pem_x509_certificate(found.authority.read_bytes())
    opened(found).verify_directly_issued_by(authority)
