"""The last resort on a Debian machine: its own packages."""

import os
import shutil

from scripts.toolchain.shell import attempt, environment, say

INSTALL = ["install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]


def install(package: str) -> bool:
    """Install a Debian package where we may, and return whether it is there now."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    say(f"Debian: apt-get install {package}")
    # dpkg refuses to work without the sbin folders, which a short PATH leaves out.
    path = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"
    env = environment(PATH=path, DEBIAN_FRONTEND="noninteractive")
    return attempt(["apt-get", "update", "--quiet"], env=env) and attempt(
        ["apt-get", *INSTALL, package], env=env
    )
