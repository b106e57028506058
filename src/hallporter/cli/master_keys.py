"""`hallporter keys rotate --master`: the key that the database is sealed under is replaced."""

from hallporter import config as configuration
from hallporter.cli import command_context
from hallporter.cli.command_context import CommandContext
from hallporter.cli.introduction import remark, say
from hallporter.config import Config
from hallporter.core import crypto_box, data_dir
from hallporter.core.crypto_box import KEY_FILE, KEY_VARIABLE
from hallporter.core.operator_error import OperatorError
from hallporter.features.instances import master_keys

_NEW_FILE = f"{KEY_FILE}.new"


async def rotate(config: Config) -> None:
    """Replace the master key; where more than this machine may have it, up to the last step."""
    async with command_context.opened(config) as opened:
        key_id = await master_keys.begin(opened.db, opened.box, opened.now)
        await _reseal(opened)
        path = opened.config.data_dir / KEY_FILE
        if configuration.master_key() is not None:
            new = path.with_name(_NEW_FILE)
            data_dir.replace_private(new, opened.box.text_of(key_id).reveal())
            say(
                f"The new master key is in {new}: put it into {KEY_VARIABLE} wherever a server "
                "runs and restart each, in any order. Then run `hallporter keys rotate --master "
                "--finish`. Until then either key will do."
            )
            return
        crypto_box.replace_key(opened.config.data_dir, opened.box.text_of(key_id))
        if config.database_url is not None:
            say(
                f"The new master key is in {path}: copy it to the data directory of every other "
                "server. Then run `hallporter keys rotate --master --finish`. Until then either "
                "key will do."
            )
            return
        await master_keys.finish(opened.db, opened.box, key_id, opened.now)
        say(f"The new master key is in {path}, and the one before opens nothing. Back it up.")


async def finish(config: Config) -> None:
    """Let the old master key open nothing, once every server has the new one."""
    async with command_context.opened(config) as opened:
        key_id = await master_keys.under_way(opened.db)
        if key_id is None:
            raise OperatorError(
                "No master key is being replaced: `hallporter keys rotate --master`."
            )
        if opened.box.given != key_id:
            raise OperatorError(
                f"Here the old master key is still in use: put the new one, {key_id}, into "
                f"{KEY_VARIABLE} or {opened.config.data_dir / KEY_FILE} first, on every server."
            )
        await _reseal(opened)
        await master_keys.finish(opened.db, opened.box, key_id, opened.now)
        (opened.config.data_dir / _NEW_FILE).unlink(missing_ok=True)
    say("The old master key opens nothing any more. Back the new one up.")


async def _reseal(opened: CommandContext) -> None:
    async for done in master_keys.reseal(opened.db, opened.box, opened.now):
        remark(f"Sealed anew: {done}")
