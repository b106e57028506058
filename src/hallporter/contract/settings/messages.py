"""How mail and SMS leave, and what they say."""

from typing import Annotated, Literal

import msgspec

from hallporter.contract.settings.values import Group, HostIfAny, Key, Line, Text, Url


class MailSettings(Group, frozen=True):
    """How mail leaves: docs/operating/messages.md#sending-mail."""

    transport: Literal["inbox", "smtp"] = "inbox"
    """`smtp` sends; `inbox` keeps mail on this machine, for local instances."""
    host: HostIfAny = ""
    """The mail server."""
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 587
    """The mail server's port."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """How it is spoken to; `none` is for a server on the same machine."""
    username: Line = ""
    """The login there; unset: none is given."""
    password: Key = ""
    """The password of that login."""
    from_address: Line = "no-reply@localhost"
    """The sender, an address alone."""
    reply_to: Line = ""
    """Where answers go; unset: nowhere else than the sender's address."""


class SmsSettings(Group, frozen=True):
    """How SMS and WhatsApp messages leave.

    More: docs/operating/messages.md#sending-sms-and-whatsapp-messages.
    """

    transport: Literal["inbox", "twilio", "http"] = "inbox"
    """`twilio` or `http` sends; `inbox` keeps SMS on this machine, for local instances."""
    url: Url = ""
    """Where `http` posts each message; for `twilio` its API, unless another address stands in."""
    account_sid: Line = ""
    """Twilio: the account."""
    username: Line = ""
    """Twilio: an API key, unset: the account; for `http` the user of basic authentication."""
    password: Key = ""
    """Twilio: the auth token or the key's secret; for `http` the password, or a bearer token."""
    from_number: Line = ""
    """The sender in E.164, or Twilio's Messaging Service (`MG…`)."""
    whatsapp_number: Line = ""
    """The sender of WhatsApp messages in E.164."""
    whatsapp_content_sid: Line = ""
    """Twilio: the approved template (`HX…`) that takes the code as its variable 1."""


class MessageTemplate(Group, frozen=True):
    """An instance's own words for one kind of message; what is unset is said in ours.

    The kinds, and what a template may name: docs/operating/messages.md#your-own-words.
    """

    # Each may be written over several lines: what comes of it is one.
    subject: Text | None = None
    """The subject of the mail."""
    heading: Text | None = None
    """What stands above its text."""
    before: Text | None = None
    """Paragraphs before the code, the button or the details, an empty line between them."""
    button: Text | None = None
    """What the button says that leads to the link."""
    after: Text | None = None
    """Paragraphs after them."""
    body: Text | None = None
    """The whole mail in MJML or HTML; its plain text is made from the other words."""
    sms: Text | None = None
    """The whole SMS."""
