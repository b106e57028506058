"""API errors: each kind is described once and can be raised anywhere."""

from collections import defaultdict
from typing import Any

import msgspec

from hallporter.contract import durations
from hallporter.contract.objects import ErrorObject

_SECONDS = "_seconds"


class ErrorKind(msgspec.Struct, frozen=True):
    """One error code of the API: its status, its code and its words.

    Both messages may name keys of the raised error's `meta` in braces; of `wait_seconds` they name
    `wait` to have it in words, and `field` for what people call the field of `param_name`. Where
    Clerk's components have no sentence of their own for a code, they show `long_message`.
    """

    status: int
    code: str
    message: str
    long_message: str = ""

    def __call__(self, *, param: str | None = None, **meta: Any) -> "ApiError":
        """Return the exception to raise; `param` is the request field that caused it."""
        if param is not None:
            meta["param_name"] = param
        return ApiError((Occurrence(self, meta),))


class Occurrence(msgspec.Struct, frozen=True):
    """An error as it occurred: its kind, with the field and the facts of this request."""

    kind: ErrorKind
    meta: dict[str, Any]

    def wire_object(self) -> ErrorObject:
        """Return the error as the object of a reply."""
        words = defaultdict(str, {name: str(value) for name, value in self.meta.items()})
        words["field"] = words["param_name"].replace("_", " ").capitalize()
        for name, value in self.meta.items():
            if name.endswith(_SECONDS):
                words[name.removesuffix(_SECONDS)] = durations.in_words(value)
        return ErrorObject(
            message=self.kind.message.format_map(words),
            long_message=(self.kind.long_message or self.kind.message).format_map(words),
            code=self.kind.code,
            meta=self.meta,
        )


class ApiError(Exception):
    """An expected error, which the caller gets in Clerk's error envelope."""

    def __init__(self, occurrences: tuple[Occurrence, ...]) -> None:
        super().__init__(", ".join(each.kind.code for each in occurrences))
        self.occurrences = occurrences

    @property
    def status(self) -> int:
        """The HTTP status: that of the first error."""
        return self.occurrences[0].kind.status

    @property
    def retry_after_seconds(self) -> int | None:
        """After how many seconds a retry makes sense, if that is known."""
        return self.occurrences[0].meta.get("retry_after_seconds")


def together(errors: list[ApiError]) -> ApiError:
    """Return one error that holds all of `errors`."""
    return ApiError(tuple(each for error in errors for each in error.occurrences))
