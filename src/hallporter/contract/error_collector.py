"""Collect every error of a request and raise them together."""

from collections.abc import Generator
from contextlib import contextmanager

from hallporter.contract.api_error import ApiError, together


class ErrorCollector:
    """Collects errors while a request is checked."""

    def __init__(self) -> None:
        self._found: list[ApiError] = []

    @contextmanager
    def noted(self) -> Generator[None]:
        """Run one check and keep its error for later."""
        try:
            yield
        except ApiError as error:
            self._found.append(error)

    def add(self, error: ApiError) -> None:
        """Keep an error for later."""
        self._found.append(error)

    def raise_any(self) -> None:
        """Raise the collected errors as one, if there are any."""
        if self._found:
            raise together(self._found)
