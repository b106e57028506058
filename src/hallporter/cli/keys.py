"""`hallporter keys`: what connects an application, for people and for programs."""

import json

from rich.console import Console

from hallporter.cli import addresses, command_context, introduction, tenants
from hallporter.config import Config


async def show(config: Config, name: str | None, *, as_json: bool) -> None:
    """Print the keys and addresses of an instance."""
    async with command_context.opened(config) as opened:
        found = tenants.chosen(await tenants.all_of(opened.db, opened.box), name)
    to = introduction.connection(addresses.last_known(opened.config), found)
    if not as_json:
        introduction.show(Console(highlight=False), to)
        return
    keys = {
        "publishable_key": to.publishable_key,
        "secret_key": to.secret_key,
        "jwt_key": to.jwt_key,
        "frontend_api_url": to.frontend_url,
        "backend_api_url": to.backend_url,
    }
    print(json.dumps(keys, indent=2))
