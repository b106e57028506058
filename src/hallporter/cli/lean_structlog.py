"""structlog without rich's tracebacks, which it would load: a tenth of a second and 8 MB.

They print local variables, so no log of ours can ever want them.
"""

import sys

_UNWANTED = [name for name in ("rich.pretty", "rich.traceback") if name not in sys.modules]

# A name that stands for None cannot be imported; structlog then does without.
sys.modules.update(dict.fromkeys(_UNWANTED))  # type: ignore[arg-type]
import structlog  # noqa: E402

for _name in _UNWANTED:
    del sys.modules[_name]

__all__ = ["structlog"]
