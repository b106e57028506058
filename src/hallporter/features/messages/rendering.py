"""Render facts into a mail, as text and HTML, or into an SMS.

Loading this module takes a tenth of a second, mostly for Jinja, so it is loaded with the first
message.
"""

import textwrap
from collections.abc import Mapping
from typing import Any

import mrml
import msgspec
import structlog

from hallporter.contract.instance import Instance
from hallporter.contract.settings import MessageTemplate
from hallporter.features.messages import wording
from hallporter.features.messages.kinds import KINDS
from hallporter.features.messages.rows import Facts, MessageRow
from hallporter.features.messages.variables import variables_of
from hallporter.features.messages.wording import WordingError

log = structlog.get_logger()

_LINE = 76
# Unless told otherwise it links Google's fonts by name, and who reads a mail would be seen there.
_OPTIONS = mrml.RenderOptions(fonts={})
_LAYOUT = (wording.FOLDER / "layout.mjml").read_text(encoding="utf-8")


class Rendered(msgspec.Struct, frozen=True):
    """A message as it is read; an SMS has no subject and no HTML."""

    subject: str
    text: str
    html: str | None


def rendered(instance: Instance, row: MessageRow, facts: Facts) -> Rendered:
    """Return the message in the instance's own words, or in ours where those fail."""
    variables = variables_of(instance, row, facts)
    own = instance.settings.message_templates.get(row.slug)
    if own is not None:
        try:
            return _in_words(wording.words_of(row.slug, own), row, variables)
        except WordingError as error:
            # A code that is worded otherwise is worth more than one that does not arrive.
            log.warning("template not rendered", slug=row.slug, reason=str(error))
    return _in_words(wording.words_of(row.slug), row, variables)


def _in_words(words: MessageTemplate, row: MessageRow, variables: Mapping[str, Any]) -> Rendered:
    if row.channel != "email":
        return Rendered("", wording.text(words.sms, variables), None)
    # A line break in a subject would be a header of its own.
    subject = " ".join(wording.text(words.subject, variables).split())
    parts = {
        **variables,
        "subject": subject,
        "heading": wording.text(words.heading, variables),
        "before": _paragraphs(wording.text(words.before, variables)),
        "button": wording.text(words.button, variables),
        "after": _paragraphs(wording.text(words.after, variables)),
        "code": variables.get("otp_code"),
        "link": _link(variables),
        "details": _details(variables) if row.slug == "new_device_sign_in" else [],
    }
    return Rendered(subject, _text(parts), html_of(words.body or _LAYOUT, parts))


def html_of(source: str, variables: Mapping[str, Any]) -> str:
    """Return a template as HTML: MJML is converted, what is HTML stays; raises WordingError."""
    filled = wording.html(source, variables)
    if not filled.startswith("<mjml"):
        return filled
    try:
        return mrml.to_html(filled, render_options=_OPTIONS).content
    except OSError as error:
        raise WordingError(f"not MJML: {error}") from error


def _link(variables: Mapping[str, Any]) -> str | None:
    names = ("magic_link", "action_url", "revoke_session_url")
    return next((variables[name] for name in names if variables.get(name)), None)


def _details(variables: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = {
        "Signed in by": variables["sign_in_method"],
        "Browser": variables["browser_name"],
        "System": variables["operating_system"],
        "IP address": variables["ip_address"],
        "Time": variables["session_created_at"],
    }
    return [(name, value) for name, value in found.items() if value]


def _text(parts: Mapping[str, Any]) -> str:
    """Return the plain text of a mail: the same words in the same order."""
    link, app = parts["link"], parts["app"]
    blocks = [
        parts["heading"],
        *map(_wrapped, parts["before"]),
        parts["code"],
        "\n".join(f"{name}: {value}" for name, value in parts["details"]),
        link and f"{parts['button']}:\n{link}",
        *map(_wrapped, parts["after"]),
        f"-- \nSent by {app['name']}, {app['domain_name']}",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _paragraphs(text: str) -> list[str]:
    return [" ".join(each.split()) for each in text.split("\n\n") if each.strip()]


def _wrapped(paragraph: str) -> str:
    return textwrap.fill(paragraph, _LINE, break_long_words=False, break_on_hyphens=False)


def wrong_with(slug: str, own: MessageTemplate) -> list[str]:
    """Return what is wrong with an instance's own words for a kind, field by field."""
    found = [_wrong_with_field(slug, name, source) for name, source in _given(own)]
    return [sentence for sentence in found if sentence is not None]


def _given(own: MessageTemplate) -> list[tuple[str, str]]:
    fields = msgspec.structs.asdict(own)
    return [(name, source) for name, source in fields.items() if source is not None]


def _wrong_with_field(slug: str, name: str, source: str) -> str | None:
    path = f"message_templates.{slug}.{name}"
    if name == "sms" and not KINDS[slug].has_sms:
        return f"{path}: this kind is not sent as an SMS."
    try:
        wording.refuse_wrong(slug, source, is_whole=name in ("body", "sms"))
        for optional in ("given", None):
            examples = _examples(slug, optional)
            _ = html_of(source, examples) if name == "body" else wording.text(source, examples)
    except WordingError as error:
        return f"{path}: {error}."
    return None


def _examples(slug: str, optional: str | None) -> dict[str, Any]:
    """Return a value for every variable of a kind, `optional` for those that may be missing."""
    found: dict[str, Any] = {}
    for path in wording.available_to(slug):
        value = optional if wording.may_lack(slug, path) else wording.example(path)
        group, _, name = path.rpartition(".")
        if group:
            found.setdefault(group, {})[name] = value
        else:
            found[name] = value
    return found
