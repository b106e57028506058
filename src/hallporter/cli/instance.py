"""`hallporter instance`: make, change and list instances, also while the server runs."""

import json
import re
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec.structs import replace
from rich.console import Console

from hallporter.cli import addresses, command_context, introduction, tenants
from hallporter.cli.command_context import CommandContext
from hallporter.config import Config
from hallporter.contract.settings import Settings
from hallporter.contract.settings_rules import Subject
from hallporter.core.operator_error import OperatorError, refuse_if
from hallporter.features.instances import actions as instance_actions
from hallporter.features.instances import given_keys, unfit_settings
from hallporter.features.instances.actions import NewInstance
from hallporter.features.settings import safety
from hallporter.features.settings.safety import Listening

# It stands in paths and host names.
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")


async def create(
    config: Config,
    name: str,
    *,
    frontend_host: str | None,
    publishable_key: str | None,
    secret_key: str | None,
    settings_file: Path | None,
    allowed_origins: list[str],
) -> None:
    """Make an instance and print how an application reaches it."""
    if _NAME.fullmatch(name) is None:
        raise OperatorError(
            f"{name!r} cannot name an instance: use up to 40 small letters, digits and hyphens."
        )
    async with command_context.opened(config) as opened:
        address = addresses.last_known(opened.config)
        inside = given_keys.host_of_publishable_key(publishable_key or "")
        host = frontend_host or inside or f"{name}.localhost:{address.port}"
        refuse_if(given_keys.wrong_with(host, publishable_key, secret_key))
        given = NewInstance(
            slug=name,
            frontend_host=host,
            environment_type=given_keys.environment_of_key(publishable_key or secret_key or "")
            or "production",
            publishable_key=publishable_key,
            secret_key=secret_key,
            settings=_settings(settings_file, allowed_origins),
        )
        refuse_if(safety.of_instance(Subject(name, host, given.settings)))
        await instance_actions.create_instance(opened.db, opened.box, given, opened.now)
        await _show(opened, name)


async def update(
    config: Config, name: str, *, assignments: list[str], settings_file: Path | None
) -> None:
    """Change settings of an instance; a running server follows within a second."""
    changes = _flat(_read(settings_file)) | dict(map(_assignment, assignments))
    if not changes:
        raise OperatorError("Say what to change: key=value, or --settings FILE.json.")
    async with command_context.opened(config) as opened:
        found = await tenants.all_of(opened.db, opened.box)
        before = tenants.chosen(found, name)
        after = replace(before, settings=instance_actions.changed(before.row, changes))
        reached = _listening(opened.config)
        wrong = safety.of_serving(reached, [before.subject])
        # What was wrong before may be put right one thing at a time.
        refuse_if(
            sentence
            for sentence in safety.of_serving(reached, [after.subject])
            if sentence not in wrong
        )
        await instance_actions.update_instance(
            opened.db, opened.box, before.row, changes, opened.now
        )
    Console(highlight=False).print(f"Changed {name}: {', '.join(changes)}.", markup=False)


async def show_all(config: Config) -> None:
    """Print every instance."""
    async with command_context.opened(config) as opened:
        rows = await instance_actions.all_instances(opened.db)
    console = Console(highlight=False)
    for row in rows:
        introduction.heading(console, row.slug)
        introduction.table(
            console,
            {
                "Frontend host": row.frontend_host,
                "Environment": row.environment_type,
                "Publishable key": row.publishable_key,
            },
        )


async def _show(opened: CommandContext, name: str) -> None:
    found = tenants.chosen(await tenants.all_of(opened.db, opened.box), name)
    address = addresses.last_known(opened.config)
    console = Console(highlight=False)
    introduction.show(console, introduction.connection(address, found))
    if address.pid and (wrong := safety.of_serving(_listening(opened.config), [found.subject])):
        introduction.heading(console, "The server, as it was started last, does not serve it:")
        introduction.plain(console, "\n".join(wrong))
    if found.row.environment_type == "development":
        introduction.heading(
            console,
            "With a pk_test_ key, an API apart from its pages knows users by "
            "`Authorization: Bearer …` alone, not by cookies: docs/servers.md.",
        )
    if address.authority is not None and found.subject.is_local:
        introduction.heading(
            console,
            f"Restart the server: its certificate does not name {found.row.frontend_host} yet.",
        )


def _listening(config: Config) -> Listening:
    address = addresses.last_known(config)
    return Listening(address.host, address.scheme == "https", address.behind_proxy)


def _settings(file: Path | None, allowed_origins: list[str]) -> Settings:
    plain = _read(file)
    if allowed_origins:
        plain["allowed_origins"] = [*plain.get("allowed_origins", []), *allowed_origins]
    try:
        return msgspec.convert(plain, Settings)
    except msgspec.ValidationError as error:
        raise OperatorError(f"{file}: {unfit_settings.sentence(error)}") from error


def _read(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise OperatorError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise OperatorError(f"{file} is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise OperatorError(f"{file} must hold a JSON object: settings by name.")
    return cast("dict[str, Any]", found)


def _content(file: Path) -> str:
    try:
        # The end of the last line is the editor's, no part of a password.
        return file.read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise OperatorError(f"{file} cannot be read: {reason}.") from error


def _flat(settings: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Return settings by dotted path, so that those the file does not name stay as they are."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            flat |= _flat(cast("dict[str, Any]", value), f"{above}{name}.")
        else:
            flat[f"{above}{name}"] = value
    return flat


def _assignment(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise OperatorError(f"{text!r} says no change: write key=value, such as test_mode=false.")
    if value == "null":
        return name, None
    if value.startswith("@"):
        return name, _content(Path(value[1:]))
    # Anything else stays text: a password of digits is no number.
    if not value.startswith(("[", "{", '"')):
        return name, value
    try:
        return name, json.loads(value)
    except ValueError as error:
        raise OperatorError(f"The value of {name} is not JSON: {error}.") from error
