"""What large pictures do to those who are signed in.

`python -m benchmarks.pictures` mints session tokens one after another, first in peace, then while
ten users send pictures of sixteen megapixels at once, each another one after the answer.
"""

import argparse
import asyncio
import base64
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image

from benchmarks import beside, processes, serving
from benchmarks.serving import Served

_CLIENTS = 10_000
_UPLOADING = 10
_QUIET_SECONDS = 4
_BUSY_SECONDS = 12
_SIDE = 4_000


def main() -> None:
    """Fill a server, measure and print; takes some 20 s once it is filled."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pictures", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("var/bench"))
    given = parser.parse_args()
    with serving.served(given.data / str(_CLIENTS), _CLIENTS, workers=1) as served:
        print(asyncio.run(_measure(served)))


async def _measure(served: Served) -> str:
    callers = [beside.caller(served) for _ in range(_UPLOADING)]
    uploads = served.callers.pictures(_large_picture())
    before: list[float] = []

    @asynccontextmanager
    async def uploading() -> AsyncGenerator[None]:
        before.append(_most_mib(served))
        sending = [
            asyncio.create_task(each.call([upload], _BUSY_SECONDS))
            for each, upload in zip(callers, uploads, strict=False)
        ]
        yield
        await asyncio.gather(*sending)

    mints = await beside.measured(
        served, uploading, quiet_seconds=_QUIET_SECONDS, busy_seconds=_BUSY_SECONDS
    )
    answers = beside.by_status(each.statuses for each in callers)
    return (
        f"{mints.line(f'{_UPLOADING} sending pictures')}; pictures by status: "
        f"{beside.in_words(answers)}; the largest process {_most_mib(served):.0f} MiB "
        f"({before[0]:.0f} before)"
    )


def _most_mib(served: Served) -> float:
    return processes.most_mib(served.serve_pid, served.postmaster_pid)


def _large_picture() -> str:
    """Return a PNG that is small to send and large to open, as clerk-js sends it."""
    file = io.BytesIO()
    Image.new("RGBA", (_SIDE, _SIDE), "#37588c80").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


if __name__ == "__main__":
    main()
