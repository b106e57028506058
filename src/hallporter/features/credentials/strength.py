"""Which passwords attackers guess first: the commonest, and those that zxcvbn thinks little of."""

from functools import cache

from hallporter.contract import errors
from hallporter.contract.settings import PasswordSettings
from hallporter.core.threads import aside

_COMMONEST = 10_000
# zxcvbn's running time grows with the square of the length; what is strong by then stays so.
_LONGEST_ESTIMATED = 72
# What zxcvbn advises, by its first words, under the names that the components translate.
_ADVICE = {
    "Use a few words": "useWords",
    "No need": "noNeed",
    "Add another word": "anotherWord",
    "Use a longer keyboard": "longerKeyboardPattern",
    "Avoid repeated": "repeated",
    "Avoid sequences": "sequences",
    "Avoid recent years": "recentYears",
    "Avoid years": "associatedYears",
    "Avoid dates": "dates",
    "Capitalization": "capitalization",
    "All-uppercase": "allUppercase",
    "Reversed words": "reverseWords",
    "Predictable substitutions": "l33t",
}


async def refuse_guessable(password: str, settings: PasswordSettings, *, param: str) -> None:
    """Raise when `password` is among the commonest, or weaker than the instance asks."""
    if settings.refuse_common and await aside("comparing", lambda: password.lower() in _common()):
        raise errors.form.password_pwned(param=param)
    if not settings.min_zxcvbn_strength:
        return
    score, advice = await aside("estimating", lambda: _estimated(password))
    if score < settings.min_zxcvbn_strength:
        suggestions = [{"code": _code(each), "message": each} for each in advice]
        raise errors.form.password_weak(param=param, zxcvbn={"suggestions": suggestions})


@cache
def _common() -> frozenset[str]:
    # Loaded when the first password is chosen: 0.1 s and 15 MB that many processes never need.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"][:_COMMONEST])


def _estimated(password: str) -> tuple[int, list[str]]:
    from zxcvbn import zxcvbn

    found = zxcvbn(password[:_LONGEST_ESTIMATED])
    return found["score"], found["feedback"]["suggestions"]


def _code(advice: str) -> str:
    return next((code for words, code in _ADVICE.items() if advice.startswith(words)), "useWords")
