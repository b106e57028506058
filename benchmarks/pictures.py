"""What large pictures do to those who are signed in.

`python -m benchmarks.pictures` mints session tokens one after another, first in peace, then while
ten users send pictures of sixteen megapixels at once, each another one after the answer.
"""

import argparse
import asyncio
import base64
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from benchmarks import processes, serving
from benchmarks.isolation import FILLING_SECONDS, PAUSE_SECONDS, Caller
from benchmarks.serving import Served

_CLIENTS = 10_000
_UPLOADING = 10
_QUIET_SECONDS = 4
_BUSY_SECONDS = 12
_SIDE = 4_000


@dataclass(frozen=True)
class Beside:
    """Latencies of a mint in ms, in peace and beside the uploads, and what these were answered."""

    quiet_p50: float
    quiet_p99: float
    busy_p50: float
    busy_p99: float
    mints_failed: int
    uploads: dict[int, int]
    idle_mib: float
    most_mib: float

    @property
    def line(self) -> str:
        """Everything in one line."""
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(self.uploads.items()))
        return (
            f"session token p50 / p99 {self.quiet_p50:.1f} / {self.quiet_p99:.1f} ms in peace, "
            f"{self.busy_p50:.1f} / {self.busy_p99:.1f} ms beside {_UPLOADING} sending pictures "
            f"({self.busy_p99 / self.quiet_p99:.1f}x); mints failed: {self.mints_failed}; "
            f"pictures by status: {answers}; the largest process {self.most_mib:.0f} MiB "
            f"({self.idle_mib:.0f} before)"
        )


def main() -> None:
    """Fill a server, measure and print; takes some 20 s once it is filled."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pictures", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("var/bench"))
    given = parser.parse_args()
    with serving.served(given.data / str(_CLIENTS), _CLIENTS, workers=1) as served:
        print(asyncio.run(_measure(served)).line)


async def _measure(served: Served) -> Beside:
    mints = next([*row.requests()] for row in served.guests.rows() if row.name == "session token")
    address = urlsplit(served.url)
    host, port = address.hostname or "", address.port or 80
    quiet, beside = Caller(host, port), Caller(host, port)
    await quiet.call(mints, FILLING_SECONDS, pause=PAUSE_SECONDS)
    quiet.forget()
    await quiet.call(mints, _QUIET_SECONDS, pause=PAUSE_SECONDS)
    idle_mib = processes.most_mib(served.serve_pid, served.postmaster_pid)
    crowd = [Caller(host, port) for _ in range(_UPLOADING)]
    uploads = served.guests.pictures(_large_picture())
    sending = [
        asyncio.create_task(each.call([upload], _BUSY_SECONDS))
        for each, upload in zip(crowd, uploads, strict=False)
    ]
    await beside.call(mints, _BUSY_SECONDS, pause=PAUSE_SECONDS)
    await asyncio.gather(*sending)
    return Beside(
        quiet_p50=quiet.percentile(50),
        quiet_p99=quiet.percentile(99),
        busy_p50=beside.percentile(50),
        busy_p99=beside.percentile(99),
        mints_failed=quiet.failed + beside.failed,
        uploads=dict(sum((each.statuses for each in crowd), Counter[int]())),
        idle_mib=idle_mib,
        most_mib=processes.most_mib(served.serve_pid, served.postmaster_pid),
    )


def _large_picture() -> str:
    """Return a PNG that is small to send and large to open, as clerk-js sends it."""
    file = io.BytesIO()
    Image.new("RGBA", (_SIDE, _SIDE), "#37588c80").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


if __name__ == "__main__":
    main()
