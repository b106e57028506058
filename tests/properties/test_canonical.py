"""Addresses that are too plain for the library are read as it would read them."""

from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hallporter.contract.api_error import ApiError
from hallporter.features.identifications import canonical

_NAMES = st.text("aZ09_+-.!'", min_size=1, max_size=66)
_LABELS = st.lists(st.text("aZx09n-K", min_size=1, max_size=64), min_size=1, max_size=5)


def by_the_library(address: str) -> str | None:
    try:
        valid = validate_email(
            address.strip(),
            check_deliverability=False,
            allow_smtputf8=False,
            globally_deliverable=False,
        )
    except EmailNotValidError:
        return None
    return f"{valid.local_part}@{valid.ascii_domain}".lower()


def by_us(address: str) -> str | None:
    try:
        return canonical.email_address(address, param="email_address")
    except ApiError:
        return None


@settings(max_examples=500)
@given(st.tuples(_NAMES, _LABELS.map(".".join)).map("@".join))
@example("Ann.Smith+news@Example.CO.UK")
@example("ann@xn--80ak6aa92e.com")
@example("ann@-example.com")
@example("ann..smith@example.com")
@example("ann@example")
@example("ann@127.0.0.1")
@example(f"{'a' * 65}@example.com")
@example(f"a@{'b' * 64}.com")
@example("\N{KELVIN SIGN}en@example.com")
@example("ken@\N{KELVIN SIGN}elvin.com")
@example("ann@example.com\n")
def test_an_address_is_read_as_the_library_reads_it(address: str) -> None:
    assert by_us(address) == by_the_library(address)
