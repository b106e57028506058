"""SMS and WhatsApp messages: through Twilio's REST API, or posted to an address of the operator's.

Twilio: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
"""

import asyncio
import json
import re
from typing import Any, Literal

import msgspec

from hallporter.contract.settings import SmsSettings
from hallporter.core.database import refuse_inside_write
from hallporter.delivery import answers, trust
from hallporter.delivery.failure import NotSentError

TWILIO = "https://api.twilio.com"
_PHASE_SECONDS = 8
_IN_ALL_SECONDS = 25
_LONGEST_ANSWER = 64_000
# What of an answer is repeated in the log.
_LONGEST_REASON = 300
# Whoever refuses a number quotes it, and no log may hold one.
_NUMBER = re.compile(r"\+?\d[\d ()-]{5,}")
# Ours to mend (a wrong login, an empty account), or theirs: what waits still arrives.
_TEMPORARY = frozenset({401, 402, 403, 404, 408, 425, 429})


class Sms(msgspec.Struct, frozen=True):
    """What is sent to a number in E.164; `code` is what the text says beside its words."""

    channel: Literal["sms", "whatsapp"]
    slug: str
    to: str
    text: str
    code: str
    message_id: str


class _Answer(msgspec.Struct, frozen=True):
    """What was answered, as far as it was read."""

    status: int
    body: bytes


async def send(settings: SmsSettings, password: str, sms: Sms) -> None:
    """Hand `sms` to the instance's carrier; raises NotSentError."""
    refuse_inside_write("sending an SMS")
    if settings.transport == "twilio":
        await _send_through_twilio(settings, password, sms)
    else:
        await _post_to_operator(settings, password, sms)


async def _send_through_twilio(settings: SmsSettings, password: str, sms: Sms) -> None:
    account = settings.account_sid
    answer = await _posted(
        f"{settings.url or TWILIO}/2010-04-01/Accounts/{account}/Messages.json",
        # Twilio cannot tell a repetition, and each one costs money and confuses.
        may_repeat=False,
        auth=(settings.username or account, password),
        data=_twilio_form(settings, sms),
    )
    if answer.status >= 300:
        raise _delivery_error(answer, _twilio_reason(answer))


def _twilio_form(settings: SmsSettings, sms: Sms) -> dict[str, str]:
    if sms.channel == "sms":
        number = settings.from_number
        sender = "MessagingServiceSid" if number.startswith("MG") else "From"
        return {"To": sms.to, sender: number, "Body": sms.text}
    form = {"To": f"whatsapp:{sms.to}", "From": f"whatsapp:{settings.whatsapp_number}"}
    if not settings.whatsapp_content_sid:
        return {**form, "Body": sms.text}
    variables = json.dumps({"1": sms.code})
    return {**form, "ContentSid": settings.whatsapp_content_sid, "ContentVariables": variables}


def _twilio_reason(answer: _Answer) -> str:
    """Return what Twilio says; whatever else answers, such as a proxy, says nothing."""
    try:
        reply = msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return f"Twilio error {reply.get('code')}: {reply.get('message')}"[:_LONGEST_REASON]


async def _post_to_operator(settings: SmsSettings, password: str, sms: Sms) -> None:
    """Post the fields of Clerk's `sms.created` event, and the channel beside them."""
    basic = (settings.username, password) if settings.username else None
    bearer = {"Authorization": f"Bearer {password}"} if password and basic is None else {}
    number = settings.from_number if sms.channel == "sms" else settings.whatsapp_number
    answer = await _posted(
        settings.url,
        may_repeat=True,
        auth=basic,
        headers={"Idempotency-Key": sms.message_id, **bearer},
        json={
            "object": "sms_message",
            "id": sms.message_id,
            "channel": sms.channel,
            "slug": sms.slug,
            "from_phone_number": number,
            "to_phone_number": sms.to,
            "message": sms.text,
            "data": {"otp_code": sms.code},
        },
    )
    if answer.status >= 300:
        raise _delivery_error(answer, "")


async def _posted(url: str, *, may_repeat: bool, **request: Any) -> _Answer:
    """Post and return the answer; without one, say whether it may be tried again."""
    # A fifth of a second to load, which only who sends SMS pays.
    import httpx

    try:
        async with (
            asyncio.timeout(_IN_ALL_SECONDS),
            httpx.AsyncClient(verify=trust.context(), timeout=_PHASE_SECONDS) as client,
            client.stream("POST", url, **request) as reply,
        ):
            # Who has taken it may say what they like about that, and as slowly.
            is_taken = reply.status_code < 300
            body = b"" if is_taken else await answers.body_of(reply, _LONGEST_ANSWER)
            return _Answer(reply.status_code, body)
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise _not_sent(f"not reached: {error}", is_permanent=False) from error
    except (httpx.HTTPError, TimeoutError) as error:
        what = type(error).__name__
        if may_repeat:
            raise _not_sent(f"no answer: {what}", is_permanent=False) from error
        said = f"no answer ({what}): it may have been sent, and is not sent again"
        raise _not_sent(said, is_permanent=True) from error


def _delivery_error(answer: _Answer, reason: str) -> NotSentError:
    status = answer.status
    is_permanent = 300 <= status < 500 and status not in _TEMPORARY
    said = f"HTTP {status}" + (f", {reason}" if reason else "")
    return _not_sent(said, is_permanent=is_permanent)


def _not_sent(reason: str, *, is_permanent: bool) -> NotSentError:
    return NotSentError(_NUMBER.sub("[number]", reason), is_permanent=is_permanent)
