"""Digests made elsewhere: read by the library when they come, and of what was typed there."""

import unicodedata

import argon2
import bcrypt
import pytest

from hallporter.contract.ids import InstanceId, UserId
from hallporter.features.credentials import store as credential_store
from tests.harness import PASSWORD, Backend, Browser, Reply, Tenant, new_address

# The same in each process that collects these tests.
BCRYPT = bcrypt.hashpw(PASSWORD.encode(), b"$2b$04$abcdefghijklmnopqrstuu").decode()
_SALT_BYTES = b"sixteen bytes it"
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=8_192, parallelism=1)
ARGON2 = _HASHER.hash(PASSWORD, salt=_SALT_BYTES)
_HEAD, _SALT, _TAG = ARGON2.rsplit("$", 2)


def imported(backend: Backend, digest: str, hasher: str, address: str) -> Reply:
    """Make a user whose password is a digest."""
    given = {"password_digest": digest, "password_hasher": hasher}
    return backend.post("/v1/users", email_address=[address], **given)


@pytest.mark.parametrize(
    ("hasher", "digest"),
    [
        ("bcrypt", BCRYPT.replace("$04$", "$03$")),
        ("bcrypt", BCRYPT.replace("$04$", "$\u00b24$")),
        ("bcrypt", f"{BCRYPT[:7]}!!!!{BCRYPT[11:]}"),
        ("bcrypt", f"{BCRYPT[:28]}z{BCRYPT[29:]}"),
        ("bcrypt", f"{BCRYPT[:-1]}="),
        ("argon2id", f"{ARGON2}=="),
        ("argon2id", f"{_HEAD}$YWJj${_TAG}"),
        ("argon2id", f"{_HEAD}${_SALT}$YWJj"),
        ("argon2id", f"{_HEAD}${_SALT}$"),
        ("argon2id", ARGON2.replace("m=8192", "m=1")),
        ("argon2id", ARGON2.replace("m=8192", "m=999999999")),
        ("argon2id", ARGON2.replace("p=1", "p=0")),
        ("argon2id", ARGON2.replace("p=1", "p=1000")),
        ("argon2id", ARGON2.replace("t=2", "t=02")),
        ("argon2id", ARGON2.replace("v=19", "v=20")),
        ("argon2i", ARGON2),
    ],
)
def test_what_only_looks_like_a_digest_is_refused(
    backend: Backend, hasher: str, digest: str
) -> None:
    refused = imported(backend, digest, hasher, new_address())
    assert (refused.status, refused.codes, refused.params) == (
        422,
        ["form_password_digest_invalid_code"],
        ["password_digest"],
    )


@pytest.mark.parametrize(
    ("hasher", "digest"),
    [
        ("bcrypt", BCRYPT),
        ("bcrypt", BCRYPT.replace("$2b$", "$2a$")),
        ("bcrypt", BCRYPT.replace("$2b$", "$2y$")),
        ("argon2id", ARGON2),
        ("argon2i", argon2.PasswordHasher(type=argon2.Type.I).hash(PASSWORD, salt=_SALT_BYTES)),
    ],
)
def test_a_sound_digest_signs_in(
    backend: Backend, browser: Browser, hasher: str, digest: str
) -> None:
    address = new_address()
    imported(backend, digest, hasher, address).ok()
    assert browser.sign_in(address).body["status"] == "complete"


@pytest.mark.parametrize(
    "digest",
    [
        BCRYPT.replace("$04$", "$03$"),
        f"{BCRYPT[:7]}!!!!{BCRYPT[11:]}",
        f"{ARGON2}==",
        f"{_HEAD}$YWJj${_TAG}",
        ARGON2.replace("p=1", "p=0"),
        f"{ARGON2[:-1]}\u00b2",
        "$argon2id$",
    ],
)
def test_what_an_earlier_release_has_stored_fits_nothing(
    instance: Tenant, browser: Browser, digest: str
) -> None:
    account = instance.browser().sign_up()

    async def store_as_it_is() -> None:
        async with instance.harness.open.db.write() as tx:
            id = InstanceId(instance.id)
            await credential_store.set_password(tx, id, UserId(account.user_id), digest, 0)

    instance.harness.run(store_as_it_is())
    refused = browser.sign_in(account.email_address)
    assert (refused.status, refused.codes) == (422, ["form_password_incorrect"])


@pytest.mark.parametrize(
    "typed",
    ["Motdepasse\u00b2-1979", "Contrase\u00f1a-\u00aa", "Passw\u00b4rd-1979", "cafe\u0301-latte"],
)
def test_a_digest_may_be_of_what_was_typed(instance: Tenant, backend: Backend, typed: str) -> None:
    assert unicodedata.normalize("NFKC", typed) != typed
    digest = bcrypt.hashpw(typed.encode(), bcrypt.gensalt(4)).decode()
    address = new_address()
    user = imported(backend, digest, "bcrypt", address).ok().json
    assert instance.browser().sign_in(address, typed).body["status"] == "complete"
    # Stored anew it is in its one spelling, by which every keyboard's signs in.
    other = unicodedata.normalize("NFKC", typed)
    assert instance.browser().sign_in(address, other).body["status"] == "complete"
    checked = backend.post(f"/v1/users/{user['id']}/verify_password", password=typed)
    assert checked.json == {"verified": True}


def test_two_spellings_are_one_guess(instance: Tenant, backend: Backend) -> None:
    instance.update(lockout__max_attempts=4)
    digest = bcrypt.hashpw(b"Motdepasse\xc2\xb2", bcrypt.gensalt(4)).decode()
    address = new_address()
    imported(backend, digest, "bcrypt", address).ok()
    for _ in range(3):
        wrong = instance.browser().sign_in(address, "Mot de passe\u00b2")
        assert wrong.codes == ["form_password_incorrect"]
    right = instance.browser().sign_in(address, "Motdepasse\u00b2")
    assert right.body["status"] == "complete"
