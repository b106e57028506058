"""How long something takes, for whoever has to wait."""

_MINUTES = {"day": 24 * 60, "hour": 60, "minute": 1}


def in_words(seconds: int) -> str:
    """Return `seconds` in words; from a minute on in whole minutes, never less than it takes."""
    if seconds < 60:
        return _counted(seconds, "second")
    left, parts = -(-seconds // 60), list[str]()
    for unit, minutes in _MINUTES.items():
        count, left = divmod(left, minutes)
        if count:
            parts.append(_counted(count, unit))
    return " ".join(parts)


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
