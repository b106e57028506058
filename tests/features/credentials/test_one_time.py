"""One-time codes, against the vectors of their RFCs."""

import pytest

from hallporter.features.credentials import one_time

KEY = b"12345678901234567890"
HOTP = "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


# RFC 4226 Appendix D.
@pytest.mark.parametrize(
    ("counter", "code"),
    list(enumerate(HOTP.split())),
)
def test_hotp(counter: int, code: str) -> None:
    assert one_time.hotp(KEY, counter) == code


# RFC 6238 Appendix B, the last six of eight digits.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_totp(seconds: int, code: str) -> None:
    assert one_time.matching_step(SECRET, code, seconds * 1000) == seconds // 30


def test_clocks_may_differ_by_one_step() -> None:
    right = 1111111109 // 30
    moments = [(right + drift) * 30_000 for drift in (-2, -1, 0, 1, 2)]
    steps = [one_time.matching_step(SECRET, "081804", moment) for moment in moments]
    assert steps == [None, right, right, right, None]


def test_digits_of_another_script_are_no_code() -> None:
    assert one_time.matching_step(SECRET, "２８７０８２", 59_000) is None


@pytest.mark.parametrize("given", ["jbsw y3dp ehpk 3pxp", "JBSWY3DPEHPK3PXP===="])
def test_secrets_are_read_as_people_write_them(given: str) -> None:
    assert one_time.totp_secret(given, param="totp_secret") == "JBSWY3DPEHPK3PXP"
