"""What a user's list of devices shows: browser, system, and where the IP address is."""

from functools import lru_cache
from typing import Protocol

import msgspec
import structlog

from hallporter.core.threads import aside
from hallporter.features.sessions.rows import SessionRow

log = structlog.get_logger()

_REMEMBERED = 2_000
# What an earlier release kept may be longer, made to keep regular expressions busy.
_LONGEST_AGENT = 512
_MOBILE = frozenset({"iOS", "Android", "Windows Phone", "KaiOS", "HarmonyOS", "Tizen"})
_NAMES = {"Mac OS X": "Macintosh"}


class Device(msgspec.Struct, frozen=True):
    """A browser and the machine it runs on, as far as its user agent says."""

    type: str | None
    is_mobile: bool
    browser_name: str | None
    browser_version: str | None


class Place(msgspec.Struct, frozen=True):
    """Where an address is, as far as a database knows."""

    city: str | None = None
    country: str | None = None


class Reader(Protocol):
    """The part of an open database that is used."""

    def get(self, ip_address: str) -> object:
        """Return what the database holds for an address; raises ValueError for what is none."""
        ...


class Activity(msgspec.Struct, frozen=True):
    """From what and from where a session was last used."""

    device: Device
    place: Place


async def activities(
    rows: list[SessionRow], *, city_database: str
) -> list[tuple[SessionRow, Activity]]:
    """Return what is known of each session's last use."""

    def look() -> list[tuple[SessionRow, Activity]]:
        return [
            (row, Activity(_device(_agent_of(row)), _place(city_database, row.ip_address)))
            for row in rows
        ]

    # The first agent of a process costs half a second: every rule is compiled.
    return await aside("naming devices", look)


def _agent_of(row: SessionRow) -> str:
    return (row.user_agent or "")[:_LONGEST_AGENT]


@lru_cache(maxsize=_REMEMBERED)
def _device(user_agent: str) -> Device:
    # Loaded for the first list of devices, as is the other: no start waits for them.
    import ua_parser

    found = ua_parser.parse(user_agent)
    browser, system, machine = found.user_agent, found.os, found.device
    family = None if system is None else system.family
    is_mobile = family in _MOBILE
    type = machine.family if is_mobile and machine is not None else family
    version = () if browser is None else (browser.major, browser.minor, browser.patch)
    return Device(
        type=None if type is None else _NAMES.get(type, type),
        is_mobile=is_mobile,
        browser_name=None if browser is None else browser.family,
        browser_version=".".join(part for part in version if part is not None) or None,
    )


def _place(city_database: str, ip_address: str | None) -> Place:
    reader = _opened(city_database) if city_database and ip_address else None
    if reader is None or ip_address is None:
        return Place()
    try:
        found = reader.get(ip_address)
    except ValueError:
        # Not an address, or one of a kind that the database does not hold.
        return Place()
    return Place(city=_city(found), country=_country(found))


@lru_cache(maxsize=8)
def _opened(path: str) -> Reader | None:
    import maxminddb

    try:
        return maxminddb.open_database(path)  # type: ignore[reportUnknownMemberType]  # partly typed
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as unreadable:
        log.warning("city database not readable", path=path, reason=type(unreadable).__name__)
        return None


def _city(found: object) -> str | None:
    match found:
        case {"city": {"names": {"en": str(name)}}}:
            return name
        case _:
            return None


def _country(found: object) -> str | None:
    match found:
        case {"country": {"iso_code": str(code)}}:
            return code
        case _:
            return None
