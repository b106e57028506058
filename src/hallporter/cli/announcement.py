"""What `serve` prints once it is ready."""

from rich.console import Console

from hallporter.cli import addresses, introduction
from hallporter.cli.addresses import Address
from hallporter.cli.tenants import Tenant
from hallporter.config import Config


def announce(
    config: Config,
    address: Address,
    tenants: list[Tenant],
    unserved: list[str],
    *,
    is_first: bool,
) -> None:
    """Print where the server is and, the first time, everything that connects an application."""
    console = Console(highlight=False)
    introduction.heading(console, f"hallporter is ready at {address.url}")
    console.print()
    if is_first:
        introduction.show(console, introduction.connection(address, tenants[0]))
        console.print()
    facts = {} if is_first else {each.row.slug: each.row.publishable_key for each in tenants}
    facts |= {
        "Inbox": f"{address.url}/inbox",
        "Data": str(config.data_dir),
        "Keys again" if is_first else "Keys": _command("hallporter keys", config),
    }
    introduction.table(console, facts)
    if unserved:
        introduction.heading(console, "Instances that are not served until this is mended")
        introduction.plain(console, "\n".join(unserved))
    if address.authority is not None:
        _tell_of(console, address.authority)
        _tell_of_other_port(console, address, tenants)
    console.print()


def _command(command: str, config: Config) -> str:
    return f"{command} --data-dir {config.data_dir}"


def _tell_of(console: Console, authority: str) -> None:
    introduction.heading(console, "Trust this server's certificate authority, once")
    introduction.table(
        console,
        {
            "Authority": authority,
            "macOS": f"security add-trusted-cert -r trustRoot {authority}",
            "Chromium on Linux": f"certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n hallporter "
            f"-i {authority}",
            "Node.js": f"NODE_EXTRA_CA_CERTS={authority}",
        },
    )


def _tell_of_other_port(console: Console, address: Address, tenants: list[Tenant]) -> None:
    for tenant in tenants:
        if not addresses.is_key_enough(address, tenant.row.frontend_host):
            introduction.heading(
                console,
                f"The publishable key of {tenant.row.slug} leads browsers to "
                f"{tenant.row.frontend_host}, and this server listens on port {address.port}: "
                "browsers need the proxy URL too, or serve on the key's port.",
            )
