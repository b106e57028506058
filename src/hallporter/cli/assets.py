"""`hallporter assets`: the browser bundles, ahead of the first page that needs them."""

from hallporter.config import Config
from hallporter.core import data_dir
from hallporter.core.operator_error import OperatorError
from hallporter.delivery import npm_packages
from hallporter.delivery.npm_pins import PackageUnavailable


async def fetch(config: Config) -> None:
    """Fetch every bundle that is not here yet."""
    try:
        await npm_packages.fetch_all(data_dir.prepare(config.data_dir), print)
    except PackageUnavailable as unavailable:
        raise OperatorError(
            "\n".join(filter(None, [unavailable.sentence, unavailable.detail]))
        ) from None
