"""The name of the system user that this process runs as; a container may give it only a number."""

import getpass
import os

_STAND_IN = "hallporter"


def own_name() -> str | None:
    """Return the user's name, None for a user id without one."""
    try:
        return getpass.getuser()
    # Before Python 3.13 a KeyError.
    except (KeyError, OSError):
        return None


def stand_in() -> None:
    """Take a name for libraries that ask for one and fail where there is none."""
    if own_name() is None:
        os.environ["LOGNAME"] = _STAND_IN
