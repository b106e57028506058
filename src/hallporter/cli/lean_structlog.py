"""structlog without rich, which it would load: a tenth of a second and 8 MB.

It would print tracebacks with local variables, so no log of ours can ever want it.
"""

import sys

_UNWANTED = [
    name
    for name in ("rich", "rich.console", "rich.pretty", "rich.traceback")
    if name not in sys.modules
]

# A name that stands for None cannot be imported; structlog then does without.
sys.modules.update(dict.fromkeys(_UNWANTED))  # type: ignore[arg-type]
import structlog  # noqa: E402

for _name in _UNWANTED:
    del sys.modules[_name]

__all__ = ["structlog"]
