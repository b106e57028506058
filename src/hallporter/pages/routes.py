"""Which pages there are beside the APIs, by the first segment of their path."""

from collections.abc import Mapping

from hallporter.config import Config
from hallporter.edge.asgi import AsgiApp
from hallporter.edge.wiring import Wiring
from hallporter.pages import inbox, npm, start


def pages(config: Config, wiring: Wiring) -> Mapping[str, AsgiApp]:
    """Return the pages."""
    return {
        "/": start.page(config, wiring),
        "/inbox": inbox.page(wiring),
        "/npm": npm.page(config.data_dir),
        "/start": start.parts(wiring),
    }
