"""`hallporter keys list|add|revoke|rotate`: keys are made, replaced and ended while servers run."""

import json
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from hallporter.cli import command_context, introduction, tenants
from hallporter.cli.command_context import CommandContext
from hallporter.cli.introduction import remark, say
from hallporter.cli.tenants import Tenant
from hallporter.config import Config
from hallporter.core.clock import SECOND
from hallporter.features.instances import secret_keys, signing_keys
from hallporter.features.instances.secret_keys import NamedSecretKey
from hallporter.features.instances.signing import Stages, Timed

# Enough to tell keys apart, too little to guess the rest.
_SHOWN_CHARACTERS = 12


async def show_all(config: Config, name: str | None, *, as_json: bool) -> None:
    """Print every key of an instance, with when it was made and used."""
    async with command_context.opened(config) as opened:
        found = await _tenant(opened, name)
        named = await secret_keys.named(opened.db, opened.box, found.row.id)
        stages = await signing_keys.at(opened.db, found.row.id, opened.now)
        master = opened.box.fingerprint
    secret, signing = [_secret_key(each) for each in named], _signing_keys(stages)
    if as_json:
        report = {"secret_keys": secret, "signing_keys": signing, "master_key": master}
        print(json.dumps(report, indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False)
    for title, rows in (("Secret keys", secret), ("Signing keys", signing)):
        introduction.heading(console, title)
        for row in rows:
            known = [f"{name}: {value}" for name, value in row.items() if value is not None]
            introduction.plain(console, "  ".join(known))
    introduction.heading(console, "Master key")
    introduction.plain(console, master)


async def add(config: Config, name: str, instance: str | None) -> None:
    """Make one more secret key and print it."""
    async with command_context.opened(config) as opened:
        row = (await _tenant(opened, instance)).row
        key = await secret_keys.add(opened.db, opened.box, row, name, opened.now)
    say(key)


async def revoke(config: Config, name: str, instance: str | None) -> None:
    """End a secret key, or take a signing key one stage on."""
    async with command_context.opened(config) as opened:
        row = (await _tenant(opened, instance)).row
        stages = await signing_keys.at(opened.db, row.id, opened.now)
        if name in [each.row.kid for each in [*stages.published, *stages.withdrawn]]:
            say(await signing_keys.revoke(opened.db, row.id, name, opened.now))
            return
        ended = await secret_keys.revoke(opened.db, opened.box, row.id, name, opened.now)
    say(f"Revoked {ended.name}: every server refuses it within a second.")


async def rotate_secret_key(config: Config, name: str, instance: str | None) -> None:
    """Replace a secret key and print the new one; the old one goes on until it is revoked."""
    async with command_context.opened(config) as opened:
        row = (await _tenant(opened, instance)).row
        key = await secret_keys.rotate(opened.db, opened.box, row, name, opened.now)
    say(key)
    remark(
        f"The key before is named {name}-old and goes on. Once `hallporter keys list` shows that "
        f"nothing uses it any more: `hallporter keys revoke {name}-old`."
    )


async def rotate_signing_key(
    config: Config, instance: str | None, *, after_seconds: int, at_once: bool
) -> None:
    """Replace the signing key and print the public half of the new one."""
    async with command_context.opened(config) as opened:
        db, box, now = opened.db, opened.box, opened.now
        row = (await _tenant(opened, instance)).row
        if at_once:
            made = await signing_keys.replace_leaked(db, box, row.id, now)
            said = "It signs in a second, and after two no other is published any more."
        else:
            signs_from = now + after_seconds * SECOND
            made = await signing_keys.rotate(db, box, row.id, signs_from=signs_from, now=now)
            said = f"It is published within a second and signs from {_moment(signs_from)}."
        pem = signing_keys.jwt_key(box, made)
    say(f"CLERK_JWT_KEY={pem}")
    remark(f"{made.kid}: {said} Servers that have CLERK_JWT_KEY: see docs/operating/keys.md.")


async def _tenant(opened: CommandContext, name: str | None) -> Tenant:
    return tenants.chosen(await tenants.all_of(opened.db, opened.box), name)


def _secret_key(key: NamedSecretKey) -> dict[str, Any]:
    record = key.record
    return {
        "name": record.name,
        "id": record.id,
        "key": None if key.secret is None else f"{key.secret[:_SHOWN_CHARACTERS]}…",
        "created_at": _moment(record.created_at),
        "last_used_at": _moment(record.last_used_at),
        "revoked_at": _moment(record.revoked_at),
    }


def _signing_keys(stages: Stages) -> list[dict[str, Any]]:
    by_stage = {
        "signs": [stages.current],
        "coming": stages.coming,
        "leaving": stages.leaving,
        "withdrawn": stages.withdrawn,
    }
    return [_signing_key(each, stage) for stage, found in by_stage.items() for each in found]


def _signing_key(key: Timed, stage: str) -> dict[str, Any]:
    return {
        "kid": key.row.kid,
        "stage": stage,
        "created_at": _moment(key.row.created_at),
        "signs_from": _moment(key.signs_from),
        "published_until": _moment(key.ends_at),
    }


def _moment(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds // SECOND, UTC).isoformat().replace("+00:00", "Z")
