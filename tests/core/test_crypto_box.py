"""What is sealed stays sealed, rotation loses nothing, and no start with the wrong key."""

import base64
import hmac
import secrets
from pathlib import Path
from typing import Literal

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec.structs import replace

from hallporter.core.crypto_box import CryptoBox, SealedKey, UnsealError, open_box
from hallporter.core.operator_error import OperatorError
from hallporter.core.secret import Secret

OLD, NEW, NEWEST = (secrets.token_urlsafe(32) for _ in range(3))


def box_of(data_dir: Path, *keys: str, expected: str | None = None) -> CryptoBox:
    given = Secret(",".join(keys)) if keys else None
    return open_box(data_dir, given=given, expected_fingerprint=expected)


def test_what_is_sealed_opens_and_does_not_show(tmp_path: Path) -> None:
    box = box_of(tmp_path)
    sealed = box.encrypt(b"whsec_123")
    assert box.decrypt(sealed) == b"whsec_123"
    assert "whsec_123" not in sealed
    assert box.encrypt("whsec_123") != sealed


def test_an_altered_text_does_not_open(tmp_path: Path) -> None:
    box = box_of(tmp_path)
    sealed = box.encrypt("secret")
    middle = len(sealed) // 2
    other = "A" if sealed[middle] != "A" else "B"
    with pytest.raises(UnsealError, match="altered"):
        box.decrypt(sealed[:middle] + other + sealed[middle + 1 :])


@pytest.mark.parametrize("text", ["", "secret", "{id}", "{id}.", "{id}.äö", "{id}.gAAA", "äö.x"])
def test_a_text_that_was_never_sealed_does_not_open(tmp_path: Path, text: str) -> None:
    box = box_of(tmp_path)
    with pytest.raises(UnsealError):
        box.decrypt(text.format(id=box.fingerprint))


def test_first_boot_writes_a_key_only_we_can_read_and_the_next_boot_uses_it(tmp_path: Path) -> None:
    data_dir = tmp_path / "new"
    sealed = box_of(data_dir).encrypt("secret")
    assert (data_dir / "master.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in data_dir.iterdir()] == ["master.key"]
    assert box_of(data_dir).decrypt(sealed) == b"secret"


def test_a_given_key_is_not_written_to_disk(tmp_path: Path) -> None:
    box_of(tmp_path, OLD)
    assert list(tmp_path.iterdir()) == []


def test_a_key_file_that_others_may_open_is_refused(tmp_path: Path) -> None:
    box_of(tmp_path)
    (tmp_path / "master.key").chmod(0o640)
    with pytest.raises(OperatorError, match="chmod 600"):
        box_of(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "short", OLD[:-1], f"{OLD},", f"{OLD} {NEW}", "!" * 43],
    # Named, not by the keys: every worker must collect the same tests.
    ids=["empty", "short", "cut off", "trailing comma", "space between", "not base64url"],
)
def test_a_malformed_key_is_refused_without_showing_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(OperatorError, match="not a master key") as error:
        box_of(tmp_path, text)
    assert OLD[:-1] not in str(error.value)


def test_an_empty_key_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "master.key").touch(0o600)
    with pytest.raises(OperatorError, match="not a master key"):
        box_of(tmp_path)


def test_the_same_key_in_both_places_is_one_key(tmp_path: Path) -> None:
    box = box_of(tmp_path)
    key = (tmp_path / "master.key").read_text()
    assert box_of(tmp_path, key).fingerprint == box.fingerprint


def test_different_keys_in_both_places_are_refused(tmp_path: Path) -> None:
    box_of(tmp_path)
    with pytest.raises(OperatorError, match="different master keys"):
        box_of(tmp_path, OLD)


def test_after_rotation_old_secrets_open_and_new_ones_use_the_new_key(tmp_path: Path) -> None:
    before = box_of(tmp_path, OLD)
    sealed = before.encrypt("secret")
    after = box_of(tmp_path, NEW, OLD, expected=before.fingerprint)
    assert after.decrypt(sealed) == b"secret"
    assert not after.is_current(sealed)
    resealed = after.encrypt(after.decrypt(sealed))
    assert after.is_current(resealed)
    with pytest.raises(UnsealError, match="not given"):
        before.decrypt(resealed)


def test_digests_stay_the_same_through_rotation(tmp_path: Path) -> None:
    before, after = box_of(tmp_path, OLD), box_of(tmp_path, NEW, OLD)
    assert before.digest("code", "424242") == after.digest("code", "424242")


def test_a_digest_depends_on_the_purpose_the_value_and_the_root(tmp_path: Path) -> None:
    box = box_of(tmp_path, OLD)
    digests = {
        box.digest("code", "424242"),
        box.digest("key", "424242"),
        box.digest("code", "424243"),
        box_of(tmp_path, NEW).digest("code", "424242"),
    }
    assert len(digests) == 4


def test_a_digest_is_hmac_sha256_under_a_key_derived_for_its_purpose(tmp_path: Path) -> None:
    # Pinned: a change of derivation would orphan every digest in every database.
    derived = HKDF(SHA256(), 32, salt=None, info=b"hallporter digest code").derive(
        base64.urlsafe_b64decode(OLD + "=")
    )
    expected = hmac.new(derived, b"424242", "sha256").hexdigest()
    assert box_of(tmp_path, OLD).digest("code", "424242") == expected


def test_the_fingerprint_is_stable_and_says_nothing_of_the_key(tmp_path: Path) -> None:
    fingerprint = box_of(tmp_path, OLD).fingerprint
    assert fingerprint == box_of(tmp_path, OLD).fingerprint
    assert fingerprint != box_of(tmp_path, NEW).fingerprint
    assert bytes.fromhex(fingerprint) not in base64.urlsafe_b64decode(OLD + "=")


def test_the_wrong_key_is_refused(tmp_path: Path) -> None:
    expected = box_of(tmp_path, OLD).fingerprint
    with pytest.raises(OperatorError, match=f"encrypted under master key {expected}"):
        box_of(tmp_path, NEW, expected=expected)


def test_a_missing_key_is_refused_and_none_is_made_instead(tmp_path: Path) -> None:
    expected = box_of(tmp_path, OLD).fingerprint
    with pytest.raises(OperatorError, match="restore it from a backup"):
        box_of(tmp_path, expected=expected)
    assert list(tmp_path.iterdir()) == []


def test_going_back_to_the_old_key_alone_is_refused(tmp_path: Path) -> None:
    rotated = box_of(tmp_path, NEW, OLD).fingerprint
    with pytest.raises(OperatorError, match="encrypted under master key"):
        box_of(tmp_path, OLD, expected=rotated)


def test_a_key_between_the_first_and_the_root_may_be_dropped_once_unused(tmp_path: Path) -> None:
    rotated = box_of(tmp_path, NEWEST, NEW, OLD).fingerprint
    assert box_of(tmp_path, NEWEST, OLD, expected=rotated).fingerprint == rotated


def test_a_new_key_behind_the_root_is_refused(tmp_path: Path) -> None:
    expected = box_of(tmp_path, OLD).fingerprint
    with pytest.raises(OperatorError, match="must stay the last"):
        box_of(tmp_path, OLD, NEW, expected=expected)


def rotating(
    role: Literal["coming", "sealing", "kept"] = "coming",
) -> tuple[list[SealedKey], str]:
    """Return what the database holds while OLD is replaced, and the new key."""
    rows = CryptoBox([raw(OLD)]).sealed_for(raw(NEW))
    forward = [replace(each, role=role) if each.role == "coming" else each for each in rows]
    return forward, CryptoBox([raw(NEW)]).fingerprint


def raw(key: str) -> bytes:
    return base64.urlsafe_b64decode(key + "=")


def test_who_has_either_key_opens_what_the_other_sealed() -> None:
    rows, _ = rotating("sealing")
    old, new = CryptoBox([raw(OLD)], rows), CryptoBox([raw(NEW)], rows)
    assert old.decrypt(new.encrypt("secret")) == b"secret"
    assert new.decrypt(CryptoBox([raw(OLD)]).encrypt("secret")) == b"secret"


def test_new_key_seals_only_when_everybody_knows_it() -> None:
    box = CryptoBox([raw(OLD)])
    old = box.sealing
    rows, new = rotating()
    box.learn(rows)
    assert box.sealing == old
    rows, new = rotating("sealing")
    box.learn(rows)
    assert box.sealing == new


def test_no_box_goes_back_to_the_old_key_when_the_change_is_over() -> None:
    rows, new = rotating("sealing")
    box = CryptoBox([raw(OLD)], rows)
    box.learn([each for each in rows if each.role == "kept"])
    assert box.sealing == new


def test_digests_stay_the_same_under_a_new_key(tmp_path: Path) -> None:
    rows, new = rotating("kept")
    old = CryptoBox([raw(OLD)])
    left = [each for each in rows if each.under == new]
    box = open_box(
        tmp_path,
        given=Secret(NEW),
        expected_fingerprint=f"{new},{old.fingerprint}",
        sealed=left,
    )
    assert box.digest("code", "1") == old.digest("code", "1")
    assert box.fingerprint == f"{new},{old.fingerprint}"


def test_old_key_opens_nothing_once_the_change_is_over(tmp_path: Path) -> None:
    rows, new = rotating()
    left = [each for each in rows if each.under == new]
    old = CryptoBox([raw(OLD)]).fingerprint
    with pytest.raises(OperatorError, match=f"encrypted under master key {new}"):
        open_box(tmp_path, given=Secret(OLD), expected_fingerprint=f"{new},{old}", sealed=left)
