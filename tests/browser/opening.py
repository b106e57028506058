"""A visitor's browser, opened anew."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.scenarios import TIMEOUT


@contextmanager
def opened(
    chromium: Browser, *, timeout: int = TIMEOUT, **options: Any
) -> Generator[BrowserContext]:
    """Open a browser that knows nothing yet; nothing in it is waited for longer than `timeout`.

    `options` are those of Playwright's `new_context`, `timeout` is in ms.
    """
    expect.set_options(timeout=timeout)
    with chromium.new_context(**options) as context:
        context.set_default_timeout(timeout)
        yield context
