"""Which system user PostgreSQL runs as: this one, or another where this one is root."""

import logging
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import msgspec

from hallporter.core.operator_error import OperatorError

if sys.platform != "win32":
    import pwd

log = logging.getLogger(__name__)

SYSTEM_USER = "hallporter"
# A user's PATH does not hold them, root's in a container or under `env -i` neither.
_OF_THE_SYSTEM = ("/usr/local/sbin", "/usr/sbin", "/sbin")


class Account(msgspec.Struct, frozen=True):
    """A system user; `switched` tells whether we must become it first."""

    uid: int
    gid: int
    switched: bool


def choose(cluster: Path) -> Account:
    """Return the account to run PostgreSQL as, which refuses to run as root."""
    if os.geteuid() != 0:
        if not cluster.exists():
            refuse_nameless(os.geteuid())
        return Account(os.geteuid(), os.getegid(), switched=False)
    if cluster.exists() and (owned := cluster.stat()).st_uid != 0:
        return Account(owned.st_uid, owned.st_gid, switched=True)
    entry = system_user(SYSTEM_USER)
    return Account(entry.pw_uid, entry.pw_gid, switched=True)


def refuse_nameless(uid: int) -> None:
    """Refuse to make a database as a user who has a number and no name, as on OpenShift."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        raise OperatorError(
            f"User id {uid} has no entry in /etc/passwd, and PostgreSQL's `initdb` needs one: set "
            "DATABASE_URL, or have the container's start script add a line such as "
            f"`hallporter:x:{uid}:0::/:/sbin/nologin` to that file."
        ) from None


def give(path: Path, account: Account) -> None:
    """Make `path` the account's own."""
    if account.switched:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def clear_way(account: Account, *targets: Path) -> None:
    """Let the account walk down to `targets`: add `o+x` to a parent that bars it, never `o+r`."""
    if not account.switched:
        return
    for directory in {parent for target in targets for parent in target.parents}:
        found = directory.stat()
        if found.st_mode & stat.S_IXOTH or found.st_uid == account.uid:
            continue
        directory.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXOTH)
        log.warning(
            "Ran `chmod o+x %s`: PostgreSQL does not run as root and must pass through it.",
            directory,
        )


def spawn(
    account: Account,
    command: Sequence[str | Path],
    *,
    cwd: Path,
    output: IO[bytes],
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a program as the account, out of reach of this terminal's Ctrl-C."""
    try:
        return subprocess.Popen(  # noqa: S603 (our own programs, no shell)
            command,
            cwd=cwd,
            # Ours may hold the master key, and PG* variables would change what PostgreSQL does.
            env={"LC_ALL": "C"},
            stdin=stdin,
            stdout=output,
            stderr=output,
            user=account.uid if account.switched else None,
            group=account.gid if account.switched else None,
            extra_groups=[] if account.switched else None,
            umask=0o077,
            start_new_session=True,
        )
    except PermissionError as error:
        raise OperatorError(
            f"User id {account.uid} may not run {command[0]} ({error.strerror}): start as an "
            "ordinary user who may, or set DATABASE_URL."
        ) from error


def system_user(name: str) -> "pwd.struct_passwd":
    """Return the system user with this name, adding it if need be."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        log.warning("Adding the system user %r, because PostgreSQL refuses root.", name)
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), *_OF_THE_SYSTEM])
    useradd = shutil.which("useradd", path=places)
    if useradd is None:
        raise OperatorError(
            "PostgreSQL refuses to run as root and there is no `useradd` to make a user for it: "
            f"add a system user named {name!r}, or start as an ordinary user."
        )
    options = ["--system", "--no-create-home", "--home-dir", "/", "--shell", "/usr/sbin/nologin"]
    command = [useradd, *options, name]
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603 (constants)
    try:
        return pwd.getpwnam(name)
    except KeyError:
        raise OperatorError(f"`useradd {name}` failed: {done.stderr.strip()}") from None
