"""`hallporter instance schema`: what settings there are, for programs."""

import json

from hallporter.features.settings.schema import schema


def show() -> None:
    """Print the JSON Schema of an instance's settings."""
    print(json.dumps(schema(), indent=2, ensure_ascii=False))
