"""One spelling per identifier: normalise, then validate, then compare (GHSA-7rqj-j65f-68wh)."""

import re
from typing import TYPE_CHECKING

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.texts import LONGEST_IDENTIFIER
from hallporter.core import ethereum, solana
from hallporter.features.identifications.rows import IdentificationType

if TYPE_CHECKING:
    from email_validator import ValidatedEmail

# None looks like a number, which begins with +, or like an address, which holds @.
_USERNAME = re.compile(r"(?!\+)[a-z0-9_.!$#+^~`-]*")
_SHORTEST_USERNAME, _LONGEST_USERNAME = 4, 64
_PLAIN_USERNAME = re.compile(r"[a-z0-9_-]*")
# What nearly everybody has, and what there is but one way to read.
_PLAIN_ADDRESS = re.compile(
    r"(?=[^@]{1,64}@)[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
    re.ASCII | re.IGNORECASE,
)
_ENCODED_WORD = "=?"
_BESIDE_NUMBER = re.compile(r"[^\W\d_]|[#;,]")
_TEST_NUMBER = re.compile(r"\+1\d{3}55501\d{2}")
_TEST_MARK = "+clerk_test"
_SUBADDRESS_MARK = re.compile(r"[+=#]")
_GMAIL = ("gmail.com", "googlemail.com")
TEST_CODE = "424242"


def email_address(given: str, *, param: str) -> str:
    """Return the canonical form of an email address: ASCII, lower case, the domain in IDNA."""
    _refuse_long(given, param=param)
    trimmed = given.strip()
    # In other scripts capitals and labels have rules of their own, as have labels with two hyphens.
    if trimmed.isascii() and "--" not in trimmed and _PLAIN_ADDRESS.fullmatch(trimmed):
        return trimmed.lower()
    valid = _validated(trimmed)
    if valid is None:
        raise errors.form.format_invalid(param=param)
    return f"{valid.local_part}@{valid.ascii_domain}".lower()


def mailbox(canonical: str) -> str:
    """Return the address without what many mailboxes ignore: `ada+news@` is a name of `ada@`.

    Gmail ignores dots as well.
    """
    return names_of_mailbox(canonical)[-1]


def names_of_mailbox(canonical: str) -> tuple[str, str]:
    """Return the address without its subaddress, and that without the dots that Gmail ignores."""
    local, at, domain = canonical.partition("@")
    plain = _SUBADDRESS_MARK.split(local, maxsplit=1)[0] + at + domain
    return plain, undotted(plain)


def is_subaddress(canonical: str) -> bool:
    """Tell whether an address holds what separates a mailbox from a name for it."""
    return _SUBADDRESS_MARK.search(canonical.partition("@")[0]) is not None


def undotted(canonical: str) -> str:
    """Return an address of Gmail without the dots that it ignores, any other as it is."""
    local, at, domain = canonical.partition("@")
    return local.replace(".", "") + at + domain if domain in _GMAIL else canonical


def _validated(given: str) -> "ValidatedEmail | None":
    """Return the parts of an address that is not a plain one; None if it is none."""
    import email_validator

    # What tests and intranets use (RFC 6761) is taken, and however it is spelled.
    email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()
    # On their way, programs decode an encoded word (RFC 2047) and reach another mailbox.
    if _ENCODED_WORD in given:
        return None
    try:
        # Only ASCII before the @: look-alike letters there cannot be told apart by a reader.
        return email_validator.validate_email(
            given,
            check_deliverability=False,
            allow_smtputf8=False,
            globally_deliverable=False,
        )
    except email_validator.EmailNotValidError:
        return None


def phone_number(given: str, *, param: str) -> str:
    """Return a phone number in E.164.

    What the library would leave out (an extension, words around it) is refused: nobody is reached
    by what is left.
    """
    _refuse_long(given, param=param)
    # A start waits for none of these: they are loaded when somebody first needs them.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(given)
    except phonenumbers.NumberParseException as error:
        raise errors.form.format_invalid(param=param) from error
    if parsed.extension or _BESIDE_NUMBER.search(given):
        raise errors.form.phone_number_extended(param=param)
    if not phonenumbers.is_possible_number(parsed):
        raise errors.form.format_invalid(param=param)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def username(
    given: str,
    *,
    param: str,
    min_length: int = _SHORTEST_USERNAME,
    max_length: int = _LONGEST_USERNAME,
) -> str:
    """Return the canonical form of a username: lower case."""
    _refuse_long(given, param=param)
    canonical = given.strip().lower()
    if not min_length <= len(canonical) <= max_length:
        raise errors.form.username_length_invalid(
            param=param, min_length=min_length, max_length=max_length
        )
    # What reads like somebody's wallet would be taken for it.
    if not _USERNAME.fullmatch(canonical) or ethereum.is_address(canonical):
        raise errors.form.username_character_invalid(param=param)
    return canonical


def web3_wallet(given: str, *, param: str) -> str:
    """Return an Ethereum address in lower case, a Solana address as it is: there case counts."""
    _refuse_long(given, param=param)
    address = given.strip()
    if ethereum.is_address(address):
        return address.lower()
    if solana.is_address(address):
        return address
    raise errors.form.format_invalid(param=param)


def _refuse_long(given: str, *, param: str) -> None:
    """Raise before a parser sees what is too long to be anybody's: some take very long for it."""
    if len(given) > LONGEST_IDENTIFIER:
        raise errors.form.exceeds_maximum(param=param, max=LONGEST_IDENTIFIER)


def is_plain_username(canonical: str) -> bool:
    """Tell whether a username holds none of the characters that an instance must allow."""
    return _PLAIN_USERNAME.fullmatch(canonical) is not None


def of_type(type: IdentificationType, given: str, *, param: str) -> str:
    """Return the canonical form of `given` as a `type`."""
    match type:
        case "email_address":
            return email_address(given, param=param)
        case "phone_number":
            return phone_number(given, param=param)
        case "username":
            return username(given, param=param)
        case "web3_wallet":
            return web3_wallet(given, param=param)


def shown(type: IdentificationType, given: str) -> str:
    """Return an identifier as it is shown: as given, unless it could be misread.

    An Ethereum address is written as in EIP-55, a number in E.164, and a domain in its own letters.
    """
    trimmed = given.strip()
    if type == "web3_wallet" and ethereum.is_address(trimmed):
        return ethereum.checksummed(trimmed)
    if type == "phone_number":
        return phone_number(trimmed, param=type)
    if type == "email_address" and not trimmed.isascii():
        valid = _validated(trimmed)
        return trimmed if valid is None else valid.normalized
    return trimmed


def is_test_address(canonical: str) -> bool:
    """Tell whether an address or number is one of Clerk's for tests.

    These are `…+clerk_test@…`, and +1 (XXX) 555-0100 to -0199, which are nobody's.
    """
    if "@" in canonical:
        return _TEST_MARK in canonical.partition("@")[0]
    return _TEST_NUMBER.fullmatch(canonical) is not None


def spelled(identifier: str) -> tuple[IdentificationType, str] | None:
    """Return the type and canonical spelling of an identifier, by its form."""
    type = _looks_like(identifier)
    try:
        return type, of_type(type, identifier, param="identifier")
    except ApiError:
        # An impossible identifier gets the same reply as an unknown one.
        return None


def _looks_like(identifier: str) -> IdentificationType:
    if "@" in identifier:
        return "email_address"
    trimmed = identifier.strip()
    if ethereum.is_address(trimmed) or solana.is_address(trimmed):
        return "web3_wallet"
    return "phone_number" if trimmed.startswith("+") else "username"
