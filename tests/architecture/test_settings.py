"""Every setting has bounds in its type, so that nothing beyond them can be set anywhere."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec.structs import fields

from hallporter.contract.settings import Settings

# What has none, and why.
_UNBOUND = {
    "session_token_claims.*": "judged as a whole: its size, its names, its shortcodes",
}


def unbound(kind: Any, path: str) -> Iterator[str]:
    """Yield the paths of numbers and texts in `kind` that may be anything."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for field in fields(kind):
            yield from unbound(field.type, f"{path}.{field.encode_name}".lstrip("."))
    elif get_origin(kind) is Annotated:
        if not is_bound(kind):
            yield path
    elif kind in (int, float, str, bytes, Any):
        yield path
    elif get_origin(kind) is not Literal:
        for part in get_args(kind):
            yield from unbound(part, path if get_origin(kind) is not dict else f"{path}.*")


def is_bound(kind: Any) -> bool:
    """Tell whether a number has both its ends, and a text its greatest length."""
    of, *metas = get_args(kind)
    names = ("ge", "le") if of is int else ("max_length",)
    found = {name for meta in metas for name in ("ge", "le", "max_length") if has(meta, name)}
    # A pattern without repetition has its length in itself.
    patterns = [meta.pattern for meta in metas if has(meta, "pattern")]
    return found.issuperset(names) or any(not set("*+") & set(each) for each in patterns)


def has(meta: Any, name: str) -> bool:
    """Tell whether a bound is given."""
    return isinstance(meta, msgspec.Meta) and getattr(meta, name) is not None


def test_every_setting_is_bound_or_says_why_not() -> None:
    assert set(unbound(Settings, "")) == set(_UNBOUND)
