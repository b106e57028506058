"""What a User-Agent header says, in words that its owner recognises; it proves nothing.

A dozen names, not ua-parser: its rules take 0.3 s and 6 MB to load, and the first code waited.
"""

import re

import msgspec

# In this order: a browser also names those that it wants to be taken for.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox|FxiOS": "Firefox",
    "Chrome|CriOS": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone|iPad": "iOS",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X|Macintosh": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


class Device(msgspec.Struct, frozen=True):
    """A browser and what it runs on, empty where unknown."""

    browser_name: str
    operating_system: str

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.browser_name, self.operating_system))) or "an app"


def device_of(user_agent: str) -> Device:
    """Return the device that `user_agent` names."""
    return Device(_found(_BROWSERS, user_agent), _found(_SYSTEMS, user_agent))


def _found(names: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in names.items() if re.search(mark, user_agent)), "")
