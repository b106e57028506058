"""Every command and its options. What a command needs is loaded when it is called."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup


class KeysGroup(TyperGroup):
    """`keys` alone, or with an instance's name, prints its keys: other programs rely on that."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what is no command as the arguments of `show`."""
        is_command = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if is_command else ["show", *args])


commands = typer.Typer(
    name="hallporter", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
_instance = typer.Typer(no_args_is_help=True, help="Make, change and list instances.")
_assets = typer.Typer(no_args_is_help=True, help="The browser bundles.")
_keys = typer.Typer(cls=KeysGroup, help="Print, list, add, replace and end keys.")
commands.add_typer(_instance, name="instance")
commands.add_typer(_keys, name="keys")
commands.add_typer(_assets, name="assets")

DataDir = Annotated[
    Path | None,
    typer.Option(help="Where everything is kept, `data` unless given."),
]
InstanceName = Annotated[
    str | None, typer.Option("--instance", help="Which instance, if there are several.")
]
LogLevel = Annotated[
    str | None,
    typer.Option(metavar="debug|info|warning|error", help="What is logged, on stderr."),
]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="A JSON file of settings by name.")
]


def _tell_version(is_requested: bool) -> None:
    if is_requested:
        from importlib import metadata

        typer.echo(f"hallporter {metadata.version('hallporter')}")
        raise typer.Exit


@commands.callback()
def hallporter(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the release."),
    ] = False,
) -> None:
    """Authentication and user management that speaks Clerk's API."""


@commands.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on, 127.0.0.1 unless given.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port of both APIs, 4100 unless given.")] = None,
    backend_port: Annotated[
        int | None, typer.Option(help="A port of its own for the Backend API.")
    ] = None,
    data_dir: DataDir = None,
    workers: Annotated[
        int | None, typer.Option(help="How many processes answer, 1 unless given.")
    ] = None,
    tls: Annotated[
        str | None,
        typer.Option(
            metavar="auto|CERT,KEY", help="A certificate of a local authority, or two PEM files."
        ),
    ] = None,
    behind_proxy: Annotated[
        bool | None, typer.Option("--behind-proxy", help="A proxy in front ends TLS.")
    ] = None,
    trusted_proxies: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CIDR,…", help="The proxies in front, believed about who sends a request."
        ),
    ] = None,
    deliver: Annotated[
        bool | None,
        typer.Option(
            " /--no-deliver", help="Leave mail, SMS and other jobs to `hallporter worker`."
        ),
    ] = None,
    migrate: Annotated[
        bool | None,
        typer.Option(" /--no-migrate", help="Leave the schema to `hallporter migrate`."),
    ] = None,
    log_level: LogLevel = None,
) -> None:
    """Serve both APIs until stopped.

    Every option may be a variable instead: HALLPORTER_PORT and so on. DATABASE_URL names a
    PostgreSQL to use instead of the bundled one.
    """
    from hallporter import config as configuration
    from hallporter.cli import serve as command

    command.serve(
        configuration.load(
            host=host,
            port=port,
            backend_port=backend_port,
            data_dir=data_dir,
            workers=workers,
            tls=tls,
            behind_proxy=behind_proxy,
            trusted_proxies=",".join(trusted_proxies) if trusted_proxies else None,
            deliver=deliver,
            migrate=migrate,
            log_level=log_level,
        )
    )


@commands.command()
def worker(data_dir: DataDir = None, log_level: LogLevel = None) -> None:
    """Deliver mail and SMS and do other jobs until stopped, apart from `serve --no-deliver`."""
    from hallporter import config as configuration
    from hallporter.cli import worker as command

    command.work(configuration.load(data_dir=data_dir, log_level=log_level))


@_instance.command()
def create(
    name: Annotated[str, typer.Argument(help="Small letters, digits and hyphens.")],
    frontend_host: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Where browsers find it: clerk.example.com."),
    ] = None,
    publishable_key: Annotated[str | None, typer.Option(help="A key to keep.")] = None,
    secret_key: Annotated[str | None, typer.Option(help="A key to keep.")] = None,
    settings: SettingsFile = None,
    allowed_origin: Annotated[
        list[str] | None, typer.Option(help="An origin that may use it; may be repeated.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Make an instance, with keys of its own; a running server serves it within a second."""
    from hallporter import config as configuration
    from hallporter.cli import instance as command

    asyncio.run(
        command.create(
            configuration.load(data_dir=data_dir),
            name,
            frontend_host=frontend_host,
            publishable_key=publishable_key,
            secret_key=secret_key,
            settings_file=settings,
            allowed_origins=allowed_origin or [],
        )
    )


@_instance.command()
def update(
    name: str,
    assignments: Annotated[
        list[str] | None, typer.Argument(metavar="key=value", help="mail.host=smtp.example.com")
    ] = None,
    settings: SettingsFile = None,
    data_dir: DataDir = None,
) -> None:
    """Change settings of an instance; a running server follows within a second."""
    from hallporter import config as configuration
    from hallporter.cli import instance as command

    config = configuration.load(data_dir=data_dir)
    asyncio.run(command.update(config, name, assignments=assignments or [], settings_file=settings))


@_instance.command("list")
def list_all(data_dir: DataDir = None) -> None:
    """List the instances."""
    from hallporter import config as configuration
    from hallporter.cli import instance as command

    asyncio.run(command.show_all(configuration.load(data_dir=data_dir)))


@_instance.command()
def schema() -> None:
    """Print the JSON Schema of the settings, with what each means."""
    from hallporter.cli import schema as command

    command.show()


@_keys.command()
def show(
    name: Annotated[
        str | None, typer.Argument(help="Which instance, if there are several.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Print an instance's keys, addresses and settings to paste: `keys` by itself does that."""
    from hallporter import config as configuration
    from hallporter.cli import keys as command

    asyncio.run(command.show(configuration.load(data_dir=data_dir), name, as_json=as_json))


@_keys.command("list")
def list_keys(
    instance: InstanceName = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data_dir: DataDir = None,
) -> None:
    """List secret keys, with when they were made and used, signing keys and the master key."""
    from hallporter import config as configuration
    from hallporter.cli import key_changes as command

    asyncio.run(command.show_all(configuration.load(data_dir=data_dir), instance, as_json=as_json))


@_keys.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    instance: InstanceName = None,
    data_dir: DataDir = None,
) -> None:
    """Make one more secret key."""
    from hallporter import config as configuration
    from hallporter.cli import key_changes as command

    asyncio.run(command.add(configuration.load(data_dir=data_dir), name, instance))


@_keys.command()
def revoke(
    name: Annotated[str, typer.Argument(help="The name or id of a secret or signing key.")],
    instance: InstanceName = None,
    data_dir: DataDir = None,
) -> None:
    """End a key: every server refuses it within a second."""
    from hallporter import config as configuration
    from hallporter.cli import key_changes as command

    asyncio.run(command.revoke(configuration.load(data_dir=data_dir), name, instance))


@_keys.command()
def rotate(
    name: Annotated[str | None, typer.Argument(help="The secret key to replace.")] = None,
    signing: Annotated[
        bool, typer.Option("--signing", help="Replace the key that signs tokens.")
    ] = False,
    after: Annotated[
        int, typer.Option(min=0, max=604_800, help="In how many seconds the new one signs.")
    ] = 3_600,
    now: Annotated[
        bool, typer.Option("--now", help="It signs at once, and the one before counts no more.")
    ] = False,
    master: Annotated[
        bool, typer.Option("--master", help="Replace the key that seals the database.")
    ] = False,
    finish: Annotated[
        bool, typer.Option("--finish", help="The master key before it opens nothing any more.")
    ] = False,
    instance: InstanceName = None,
    data_dir: DataDir = None,
) -> None:
    """Replace a secret key, the signing key or the master key."""
    from hallporter import config as configuration
    from hallporter.cli import key_changes as command
    from hallporter.cli import master_keys

    if [name is not None, signing, master].count(True) != 1:
        raise typer.BadParameter("name a secret key, or say --signing or --master")
    config = configuration.load(data_dir=data_dir)
    if master:
        asyncio.run(master_keys.finish(config) if finish else master_keys.rotate(config))
    elif name is not None:
        asyncio.run(command.rotate_secret_key(config, name, instance))
    else:
        asyncio.run(command.rotate_signing_key(config, instance, after_seconds=after, at_once=now))


@commands.command()
def migrate(data_dir: DataDir = None) -> None:
    """Bring the database to this release's schema, beside servers that run."""
    from hallporter import config as configuration
    from hallporter.cli import migrate as command

    command.migrate(configuration.load(data_dir=data_dir))


@commands.command()
def doctor(data_dir: DataDir = None) -> None:
    """Look for what is wrong: files, database, keys, settings, bundles, port."""
    from hallporter import config as configuration
    from hallporter.cli import doctor as command

    if not command.examine(configuration.load(data_dir=data_dir)):
        raise typer.Exit(1)


@_assets.command()
def fetch(data_dir: DataDir = None) -> None:
    """Fetch the browser bundles now, so that no first page waits for them."""
    from hallporter import config as configuration
    from hallporter.cli import assets as command

    asyncio.run(command.fetch(configuration.load(data_dir=data_dir)))
