"""A bundled PostgreSQL that ends without us is started again, however it ended."""

import logging
import threading
import time
from collections.abc import Callable

from hallporter.core.ending import FailureCallback
from hallporter.core.operator_error import OperatorError

log = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 1
# Long enough for a disk that fills up to be noticed elsewhere, too short to go unseen.
GIVE_UP_AFTER_SECONDS = 60


class Watch:
    """A thread that looks whether PostgreSQL runs, until ended."""

    def __init__(
        self, is_running: Callable[[], bool], revive: Callable[[], None], give_up: FailureCallback
    ) -> None:
        self._is_running = is_running
        self._revive = revive
        self._give_up = give_up
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="postgres-watch", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look no more; return when a start that is under way has ended."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        missing_since = None
        while not self._ended.wait(_LOOK_EVERY_SECONDS):
            if self._is_running() or self._is_revived():
                missing_since = None
                continue
            missing_since = missing_since or time.monotonic()
            if time.monotonic() - missing_since > GIVE_UP_AFTER_SECONDS:
                self._give_up("the bundled PostgreSQL")
                return

    def _is_revived(self) -> bool:
        if self._ended.is_set():
            return True
        log.error("The bundled PostgreSQL has ended; starting it again.")
        try:
            self._revive()
        except (OperatorError, OSError) as error:
            log.error("%s", error)
            return False
        log.warning("The bundled PostgreSQL runs again.")
        return True
