"""docs/operating/settings.md: every setting, what it may be, what it does, who is told."""

import json
import re
from typing import Any

from hallporter.contract.settings.values import MEANINGS
from hallporter.features.settings.schema import portable_pattern
from tests.drawn_pages import DOCS
from tests.settings.followed import always, followers
from tests.settings.listed import ATTRIBUTES, SCHEMA, Group, Setting, groups

# Why a line of the Environment is always the same; `*` stands for one name, `**` for any rest.
ALWAYS = {
    "An id, and the type that was given when the instance was made.": (
        "auth_config.id",
        "display_config.id",
        "display_config.instance_environment_type",
    ),
    "No relay for mail, no claimed instances. Development pages need no third-party cookies.": (
        "auth_config.claimed_at",
        "auth_config.cookieless_dev",
        "auth_config.enhanced_email_deliverability",
        "auth_config.url_based_session_syncing",
    ),
    "No captcha.": ("display_config.captcha_*", "user_settings.sign_up.captcha_*"),
    "No organizations.": (
        "display_config.*organization*",
        "organization_settings.**",
        "user_settings.actions.create_organization*",
    ),
    "No themes, no consent page, no pinned bundle, no custom actions.": (
        "display_config.clerk_js_version",
        "display_config.experimental_force_oauth_first",
        "display_config.oauth_consent_url",
        "display_config.theme",
        "user_settings.sign_up.custom_action_required",
    ),
    "No enterprise connections.": ("user_settings.enterprise_sso.**", "user_settings.saml.**"),
    "No billing, no API keys, no attestation of devices, no partitioned cookies.": (
        "api_keys_settings.**",
        "client_debug_mode",
        "commerce_settings.**",
        "fraud_settings.**",
        "partitioned_cookies",
    ),
    "Tickets always sign in; invitations are some.": ("user_settings.attributes.ticket.*",),
    "Always: what is shown of addresses is masked.": (
        "user_settings.attack_protection.pii.enabled",
    ),
    "Always: who has an account keeps it.": (
        "user_settings.restrictions.allowlist_blocklist_disabled_on_sign_in.enabled",
    ),
    "Always: a sign-up takes what it lacks in any order.": ("user_settings.sign_up.progressive",),
    "Always: a username may consist of digits.": (
        "user_settings.username_settings.allow_numeric_usernames",
    ),
}
_MEANINGS = {portable_pattern(python): said for python, said in MEANINGS.items()}
_MANY = 4
_INTRODUCTION = """\
# Settings

Every setting of an instance, what it may be, its default, what it does, and which lines of the
Environment follow it: `GET /v1/environment` tells Clerk's components how an instance is set, and
an empty last cell means that nobody is told. In names, `*` stands for any name.
[Configuration](configuration.md#instances) says how settings are changed:

    hallporter instance update NAME key=value …

What lies outside of its bounds, is unsafe where the instance is served, or contradicts another
setting is refused, in a sentence that says what to do. Secrets are encrypted with the master key
before they are stored. For programs, all of this is a JSON Schema:

    hallporter instance schema
"""


def page() -> str:
    """Return the page."""
    return "\n".join([_INTRODUCTION, *map(_section, groups()), _constants()])


def _section(group: Group) -> str:
    heading, said = "Settings that stand alone", ""
    if group.path:
        heading, said = f"`{group.path}`", f"{_linked(group.description)}\n\n"
    rows = "\n".join(_row(group, each) for each in group.settings)
    table = f"| setting | may be | default | | Environment |\n|---|---|---|---|---|\n{rows}\n"
    more = _attributes() if group.path == "attributes.*" else ""
    return f"## {heading}\n\n{said}{table}{more}"


def _row(group: Group, setting: Setting) -> str:
    shown = sorted(followers().get(setting.path, ()))
    cells = [
        f"`{setting.path}`",
        _words(setting.shown),
        "" if group.path == "attributes.*" else _default(setting.shown),
        _linked(setting.shown["description"]),
        ", ".join(f"`{each}`" for each in _folded(shown)),
    ]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _attributes() -> str:
    """Return the second table of attributes: what each is unless it is set."""
    shown = SCHEMA["$defs"]["Attributes"]["properties"]
    rows = "\n".join(
        f"| `attributes.{name}` | {_linked(shown[name]['description'])} | {_set(shown[name])} |"
        for name in ATTRIBUTES
    )
    return f"\n| attribute | | what is set unless you say otherwise |\n|---|---|---|\n{rows}\n"


def _set(shown: dict[str, Any]) -> str:
    set = {name: value for name, value in shown["default"].items() if value}
    switches = [f"`{name}`" for name, value in set.items() if value is True]
    lists = [f"`{name}={json.dumps(of)}`" for name, of in set.items() if of is not True]
    return ", ".join([*switches, *lists])


def _constants() -> str:
    rows = "\n".join(
        f"| {', '.join(f'`{line}`' for line in lines)} | {why} |" for why, lines in ALWAYS.items()
    )
    return f"""\
## What is always the same

These lines of the Environment follow no setting: what they would switch does not exist here, or
cannot be switched.

| Environment | |
|---|---|
{rows}
"""


def unexplained() -> set[str]:
    """Return the lines that follow no setting and are not said to be always the same."""
    return {line for line in always() if not any(meant(line, each) for each in _patterns())}


def needless() -> set[str]:
    """Return what is said to be always the same and is not there, or follows a setting."""
    return {each for each in _patterns() if not any(meant(line, each) for line in always())}


def meant(line: str, pattern: str) -> bool:
    """Tell whether a line is meant by a pattern of `ALWAYS`."""
    escaped = re.escape(pattern).replace(r"\*\*", ".*").replace(r"\*", "[^.]*")
    return re.fullmatch(escaped, line) is not None


def _patterns() -> list[str]:
    return [each for patterns in ALWAYS.values() for each in patterns]


def _folded(lines: list[str]) -> list[str]:
    """Return the lines with many of one group as `*`."""
    for prefix in dict.fromkeys(line.rpartition(".")[0] for line in lines):
        within = [line for line in lines if line.rpartition(".")[0] == prefix]
        if len(within) > _MANY and prefix.startswith("user_settings."):
            lines = [line for line in lines if line not in within] + [f"{prefix}.*"]
    return lines


def _words(shown: dict[str, Any]) -> str:
    """Return what a setting may be."""
    match shown:
        case {"anyOf": [of, {"type": "null"}]}:
            return f"{_words(of)}, or `null`"
        case {"enum": words}:
            return ", ".join(_code(word) for word in words)
        case {"type": "boolean"}:
            return "`true`, `false`"
        case {"type": "integer", "minimum": least, "maximum": most}:
            return f"{_number(least)} to {_number(most)}"
        case {"type": "array", "items": items}:
            return f"a list: {_items(items)}"
        case {"type": "object", "additionalProperties": {"$ref": _} | {"enum": _} as of}:
            return f"an object: {_items(of)}"
        case {"type": "object"}:
            return "an object"
        case _:
            return _text(shown)


def _items(shown: dict[str, Any]) -> str:
    if "$ref" in shown:
        properties = SCHEMA["$defs"][shown["$ref"].rpartition("/")[2]]["properties"]
        return f"objects with {', '.join(f'`{name}`' for name in properties)}"
    return f"each {_words(shown)}"


def _text(shown: dict[str, Any]) -> str:
    if shown.get("writeOnly"):
        return "a secret"
    said = _MEANINGS.get(shown.get("pattern", ""), "a text")
    most = shown.get("maxLength")
    return said if most is None else f"{said}, up to {_number(most)} characters"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def _default(shown: dict[str, Any]) -> str:
    default = shown.get("default")
    return "none" if default in (None, "") else _code(default)


def _code(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _linked(said: str) -> str:
    """Return a docstring with the pages that it names as links."""
    return re.sub(r"docs/operating/([a-z0-9-]+\.md)((?:#[a-z-]+)?)", _link, said)


def _link(found: re.Match[str]) -> str:
    first, *_ = (DOCS / "operating" / found[1]).read_text().splitlines()
    return f"[{first.removeprefix('# ')}]({found[1]}{found[2]})"
