"""Whatever a template holds, it is compiled or refused, and what a user wrote stays a value."""

import time
from collections.abc import Callable
from contextlib import suppress
from operator import itemgetter
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hallporter.tokens.claims_template import MalformedTemplateError, compiled

texts = st.text(max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
# Texts that are nearly shortcodes.
nearly = st.lists(
    st.sampled_from(["{{", "}}", "{", "}", "'", "||", "|", " ", "user.id", "user.a.b", "1", "x"]),
    max_size=12,
).map("".join)


def rendered(claims: dict[str, Any], subject: Any) -> dict[str, Any]:
    """Return the claims for a subject that is all that a template can name, as a verifier would."""
    names: dict[str, Callable[[Any], Any]] = {
        "user.id": lambda of: of,
        "user.json": lambda of: msgspec.Raw(msgspec.json.encode(of)),
    }
    return msgspec.json.decode(msgspec.json.encode(compiled(claims, names)(subject)))


@given(st.dictionaries(texts, values, max_size=3))
def test_claims_without_shortcodes_stay_as_they_are(claims: dict[str, Any]) -> None:
    written = msgspec.json.encode(claims)
    assume(b"{{" not in written)
    assert rendered(claims, "ada") == msgspec.json.decode(written)


@given(values)
def test_a_shortcode_alone_is_the_value_itself(value: Any) -> None:
    plain = msgspec.json.decode(msgspec.json.encode(value))
    assert rendered({"a": "{{user.id}}", "b": "{{ user.json }}"}, value) == {"a": plain, "b": plain}


@given(texts, texts, values)
def test_a_shortcode_in_a_text_gives_one_text(before: str, after: str, value: Any) -> None:
    assume(not {"{", "}"}.intersection(before + after))
    text = rendered({"a": f"{before}x{{{{user.id}}}}x{after}"}, value)["a"]
    assert text.startswith(f"{before}x")
    assert text.endswith(f"x{after}")


@given(nearly, values)
def test_anything_is_compiled_or_refused(text: str, value: Any) -> None:
    try:
        rendered({"a": [text]}, value)
    except MalformedTemplateError:
        assert "{{" in text


@given(st.lists(values, min_size=1, max_size=4))
def test_the_first_that_is_something_counts_else_the_last(found: list[Any]) -> None:
    names: dict[str, Callable[[list[Any]], Any]] = {
        f"user.v{place}": itemgetter(place) for place in range(len(found))
    }
    claims = {"a": "{{" + " || ".join(names) + "}}"}
    expected = next((each for each in found if each is not None and each is not False), found[-1])
    assert compiled(claims, names)(found)["a"] is expected


@pytest.mark.parametrize("unit", ["{{", "{{'", "'", "a", "''||", "{{'a'"])
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    began = time.perf_counter()
    with suppress(MalformedTemplateError):
        compiled({"a": "{{" + unit * 200_000}, {})
    assert time.perf_counter() - began < 2
