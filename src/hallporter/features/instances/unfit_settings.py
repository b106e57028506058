"""What is wrong with a setting, as a sentence that does not repeat its value: it may be secret."""

import re

import msgspec

from hallporter.contract.settings.values import MEANINGS

_PATH = re.compile(r"`\$\.(?P<path>.*)`")
_PATTERN = re.compile(r"Expected `str` matching regex '(?P<pattern>.*)'", re.DOTALL)
# msgspec repeats what it took for a choice among words.
_CHOICE = re.compile(r"Invalid enum value .*", re.DOTALL)


def sentence(error: msgspec.ValidationError) -> str:
    """Return what msgspec found wrong with settings."""
    why, _, at = str(error).partition(" - at ")
    named = _PATH.search(at)
    where = "" if named is None else f"{named['path']}: "
    return f"Not a setting, or not a value for it: {where}{_in_words(why)}."


def _in_words(why: str) -> str:
    if _CHOICE.fullmatch(why):
        return "none of the words that it may be"
    if found := _PATTERN.fullmatch(why):
        # The pattern is written as Python would.
        pattern = found["pattern"].encode().decode("unicode_escape")
        return f"expected {MEANINGS.get(pattern, f'text that matches {pattern}')}"
    return why[:1].lower() + why[1:]
