"""How long somebody has to wait, in words."""

import pytest

from hallporter.contract.durations import in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (61, "2 minutes"),
        (1800, "30 minutes"),
        (3599, "1 hour"),
        (3601, "1 hour 1 minute"),
        (86_400, "1 day"),
        (2 * 86_400 + 7200 + 300, "2 days 2 hours 5 minutes"),
    ],
)
def test_nobody_is_told_to_come_back_too_early(seconds: int, words: str) -> None:
    assert in_words(seconds) == words
