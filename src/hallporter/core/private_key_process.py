"""The process that judges a private key, in PEM on standard input: status 0 if it is sound."""

import sys

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def main() -> None:
    """Judge what comes in. What is wrong is told without the key."""
    try:
        load_pem_private_key(sys.stdin.buffer.read(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        sys.exit(type(error).__name__)


if __name__ == "__main__":
    main()
