"""`hallporter serve`: sockets, database and signals around what serves.

What serves is most of the code: it is loaded while the database starts.
"""

import gc
import importlib
import os
import signal
import threading

from hallporter.cli import certificates, databases, listening, logs
from hallporter.config import Config
from hallporter.core.ending import Ending
from hallporter.core.operator_error import refuse_if
from hallporter.features.settings import safety

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def serve(config: Config) -> None:
    """Serve both APIs until told to stop."""
    # Nothing that a start loads is garbage: looking for some would take a twentieth of it.
    gc.disable()
    logs.configure(config)
    _end_on_signals()
    refuse_if(safety.of_serving(listening.reached(config), []))
    certificates.refuse_unusable(config)
    sockets = listening.open_sockets(config)
    ending = Ending()
    loading = threading.Thread(target=_load, args=(config,))
    loading.start()
    try:
        with databases.database_at(config, ending.give_up) as running:
            loading.join()
            try:
                from hallporter.cli import serving

                serving.serve(running, sockets, ending, is_ours=config.database_url is None)
            finally:
                _ignore_signals()
    finally:
        listening.close(sockets)
        loading.join()
    ending.refuse()


def _load(config: Config) -> None:
    importlib.import_module("hallporter.cli.serving")
    if config.workers == 1:
        importlib.import_module("hallporter.cli.application")


def _end_on_signals() -> None:
    """End by an exception until the server listens to signals itself, so that all is closed."""
    for name in _SIGNALS:
        signal.signal(name, _end)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        # The terminal is gone: end as gently as if asked to.
        signal.signal(signal.SIGHUP, _end_gently)


def _ignore_signals() -> None:
    """Let an impatient second signal not cut off the database's own end, all that is left."""
    for name in _SIGNALS:
        signal.signal(name, signal.SIG_IGN)


def _end_gently(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _end(*_: object) -> None:
    raise SystemExit(0)
