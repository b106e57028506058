"""What is remembered stays within its bytes, and what is asked for stays longest."""

from hallporter.core.remembered import Remembered


def test_what_was_put_is_found() -> None:
    remembered: Remembered[str, int] = Remembered(100)
    remembered.put("a", 1, 10)
    assert remembered.get("a") == 1
    assert remembered.get("b") is None


def test_what_nobody_asks_for_is_forgotten_first() -> None:
    remembered: Remembered[int, str] = Remembered(100)
    for key in range(50):
        remembered.put(key, "x", 10)
        assert remembered.get(0) == "x"
    kept = [key for key in range(50) if remembered.get(key) is not None]
    assert 0 in kept
    assert len(kept) <= 10


def test_it_takes_no_more_bytes_than_it_may() -> None:
    remembered: Remembered[int, str] = Remembered(100)
    for key in range(1_000):
        remembered.put(key, "x", 7)
        if key % 3 == 0:
            remembered.get(key // 2)
    # Looked up, an entry would move.
    entries = [*remembered._young.values(), *remembered._old.values()]  # pyright: ignore[reportPrivateUsage]
    assert sum(size for _, size in entries) <= 100


def test_what_is_larger_than_its_place_is_not_kept() -> None:
    remembered: Remembered[str, int] = Remembered(100)
    remembered.put("small", 1, 40)
    remembered.put("large", 2, 51)
    assert remembered.get("large") is None
    assert remembered.get("small") == 1
