"""Logging: one event a line on stderr, without secrets."""

import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hallporter.cli.lean_structlog import structlog
from hallporter.config import Config

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

_SECRET = re.compile(
    # Secret keys, and tokens in JWT form (RFC 7519): header, claims, signature. A token is looked
    # for once in a row of its letters: from each place in it, a long line would take for ever.
    r"sk_(?:live|test)_[^\s\"']+"
    r"|(?<![A-Za-z0-9_-])(?>[A-Za-z0-9_-]*?eyJ)[A-Za-z0-9_-]++\.[A-Za-z0-9_-]++\.[A-Za-z0-9_-]*"
    # The password in a database's address.
    r"|(?<=://)[^\s/@:]*:[^\s/@]*(?=@)"
)
_HIDDEN = "[hidden]"
# What a developer reads rather than the inbox.
_KEPT = {"mail": "Mail", "sms": "SMS"}
# Libraries log request lines, headers and addresses at the lower levels.
_OTHERS_LEVEL = logging.WARNING


def configure(config: Config) -> None:
    """Send the events of this process, ours and the libraries', to stderr."""
    level = logging.getLevelNamesMapping()[config.log_level.upper()]
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_exception,
        _hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_logger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(config),
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(_OTHERS_LEVEL)
    logging.getLogger("hallporter").setLevel(level)


def _logger(*_: Any) -> logging.Logger:
    return logging.getLogger("hallporter")


def _renderer(config: Config) -> "Processor":
    if config.log_format == "json" or (config.log_format == "auto" and not sys.stderr.isatty()):
        return structlog.processors.JSONRenderer()
    console = structlog.dev.ConsoleRenderer(colors=_wants_colours(), pad_event_to=0)

    def render(logger: Any, name: str, event: "EventDict") -> str:
        _show_as_text(event)
        kept = _KEPT.get(str(event.get("event")))
        if kept is not None and "to" in event:
            return f"\n  {kept} to {event['to']}: {event['subject']}\n"
        return str(console(logger, name, event))

    return render


def _show_as_text(event: "EventDict") -> None:
    """Put a mark for what would move a terminal's cursor or change its colours.

    Some of what is logged was written by strangers. Only tracebacks have several lines.
    """
    for name, value in event.items():
        if isinstance(value, str) and not value.isprintable():
            lines = value.split("\n") if name == "exception" else [value]
            event[name] = "\n".join(map(_printable, lines))


def _printable(line: str) -> str:
    return "".join(each if each.isprintable() else "\ufffd" for each in line)


def _wants_colours() -> bool:
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def _add_exception(_: Any, __: str, event: "EventDict") -> "EventDict":
    caught = _caught(event.pop("exc_info", None))
    if caught is not None:
        event["exception"] = "\n".join(_chain_of(caught))
    return event


def _caught(given: Any) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    # The standard library hands over what `sys.exc_info` returned, structlog just True.
    return sys.exc_info()[1] if given is True else given and given[1]


def _chain_of(error: BaseException | None) -> Iterator[str]:
    """Yield the chain of exceptions that led to `error`, without values from database errors."""
    if error is None:
        return
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    yield from _chain_of(earlier)
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    sqlstate = getattr(error, "sqlstate", None)
    # PostgreSQL and its driver quote what was sent: an address, a hash, a code.
    yield f"{name}: {error}" if sqlstate is None else f"{name}: SQLSTATE {sqlstate}"


def _hide_secrets(_: Any, __: str, event: "EventDict") -> "EventDict":
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _SECRET.sub(_HIDDEN, value)
    return event
