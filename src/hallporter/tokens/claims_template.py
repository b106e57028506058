"""Claims with shortcodes in them, compiled once (Clerk, "JWT templates").

A template is data: it is split into constants and the names of values, and nothing in it is run.
`{{user.id}}` alone keeps the type of what it stands for; inside a text it is written out; after
`||` stands what to take when there is null or false before it.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

import msgspec

Subject = TypeVar("Subject")
Value = Callable[[Subject], Any]

# Possessive, so that no text makes it try twice.
_SHORTCODE = re.compile(r"\{\{((?:[^'{}]|'[^']*')*+)\}\}")
_TOKEN = re.compile(r"'[^']*'|\|\||[^\s'|]+|['|]")
_OR = "||"


class MalformedTemplateError(ValueError):
    """A shortcode that is no expression, such as `{{user.id ||}}`."""


def compiled(
    claims: dict[str, Any], shortcodes: Mapping[str, Value[Subject]]
) -> Callable[[Subject], dict[str, Any]]:
    """Return the function from a subject to its claims; raises MalformedTemplateError.

    `shortcodes` are all that a template can name, each with two words: `user.id`. What stands
    further right is looked up inside the value; names that nobody knows are null.
    """
    return _members(claims, shortcodes)


def _members(
    claims: dict[str, Any], shortcodes: Mapping[str, Value[Subject]]
) -> Callable[[Subject], dict[str, Any]]:
    values = {name: _value(given, shortcodes) for name, given in claims.items()}
    return lambda subject: {name: value(subject) for name, value in values.items()}


def _value(given: Any, shortcodes: Mapping[str, Value[Subject]]) -> Value[Subject]:
    match given:
        case str():
            return _text(given, shortcodes)
        case dict():
            return _members(cast("dict[str, Any]", given), shortcodes)
        case list():
            items = [_value(each, shortcodes) for each in cast("list[Any]", given)]
            return lambda subject: [item(subject) for item in items]
        case _:
            return _constant(given)


def _constant(value: Any) -> Value[Any]:
    return lambda _: value


def _text(given: str, shortcodes: Mapping[str, Value[Subject]]) -> Value[Subject]:
    # What was between the braces stands at the odd places.
    parts = _SHORTCODE.split(given)
    if len(parts) == 1:
        return _constant(given)
    if len(parts) == 3 and not parts[0] and not parts[2]:
        return _expression(parts[1], shortcodes)
    values = [
        _expression(part, shortcodes) if place % 2 else _constant(part)
        for place, part in enumerate(parts)
    ]
    return lambda subject: "".join(_written(value(subject)) for value in values)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _expression(code: str, shortcodes: Mapping[str, Value[Subject]]) -> Value[Subject]:
    tokens = _TOKEN.findall(code)
    operands = tokens[::2]
    joined = all(token == _OR for token in tokens[1::2])
    if len(tokens) % 2 == 0 or not joined or any(each in ("'", "|", _OR) for each in operands):
        raise MalformedTemplateError(code)
    values = [_operand(each, shortcodes) for each in operands]
    return values[0] if len(values) == 1 else partial(_first, values)


def _first(values: list[Value[Subject]], subject: Subject) -> Any:
    found = None
    for value in values:
        found = value(subject)
        if found is not None and found is not False:
            break
    return found


def _operand(token: str, shortcodes: Mapping[str, Value[Subject]]) -> Value[Subject]:
    if token.startswith("'"):
        return _constant(token[1:-1])
    try:
        return _constant(msgspec.json.decode(token, type=bool | int | float))
    except msgspec.DecodeError:
        return _named(token.split("."), shortcodes)


def _named(words: list[str], shortcodes: Mapping[str, Value[Subject]]) -> Value[Subject]:
    value = shortcodes.get(".".join(words[:2]))
    if value is None:
        return _constant(None)
    keys = words[2:]
    return (lambda subject: _inside(value(subject), keys)) if keys else value


def _inside(value: Any, keys: list[str]) -> Any:
    if isinstance(value, msgspec.Raw):
        value = msgspec.json.decode(value)
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = cast("dict[str, Any]", value).get(key)
    return value
