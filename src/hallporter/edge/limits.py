"""Rate limits by sender, around endpoints that declare a cost."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal, Protocol

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.scope import Scope
from hallporter.core.threads import BusyError

OwnUser = Callable[..., Awaitable[str | None]]
"""Returns the user whom a request is about, if it comes from a device they have used before."""
Cost = Literal["wrong_attempts", "sign_ups"]
"""`wrong_attempts`: what fails counts, and what is under way, so that many at once share a limit;
`sign_ups`: every request counts."""

# Errors that do not count as wrong attempts: they say nothing about a guess. People behind one
# address must not lose attempts because somebody is signed in already or chooses a weak password.
_WRONG_IN_NOTHING = frozenset(
    (
        *(errors.session.exists, errors.session.impersonated, errors.sign_in.already_signed_in),
        *(errors.form.password_too_short, errors.form.password_too_long),
        *(errors.form.password_no_number, errors.form.password_no_special_char),
        *(errors.form.password_no_uppercase, errors.form.password_no_lowercase),
        *(errors.form.password_weak, errors.form.password_pwned, errors.form.password_unchanged),
        errors.form.password_matches_identifier,
        *(errors.sign_in.strategy_invalid, errors.verification.strategy_invalid),
    )
)


class Limiter(Protocol):
    """Counts what senders ask for."""

    async def spend_of_sender(self, scope: Scope, kind: Cost, /) -> list[Any]:
        """Count one, or raise 429; return what to give back."""
        ...

    async def spend_of_own(self, scope: Scope, kind: Cost, user_id: str, /) -> list[Any]:
        """Count an attempt on a user's own known device, or raise 429."""
        ...

    async def give_back(self, scope: Scope, spendings: list[Any], /) -> None:
        """Take back what was counted."""
        ...


def counted(
    limiter: Limiter,
    endpoint: Callable[..., Awaitable[Any]],
    cost: Cost | None,
    own_user: OwnUser | None = None,
) -> Callable[..., Awaitable[Any]]:
    """Return `endpoint` with its cost around it; one that costs nothing is itself."""
    if cost is None:
        return endpoint

    async def at_a_cost(*, scope: Scope, **arguments: Any) -> Any:
        try:
            spent = await limiter.spend_of_sender(scope, cost)
        except ApiError:
            user_id = None if own_user is None else await own_user(scope, **arguments)
            if user_id is None:
                raise
            spent = await limiter.spend_of_own(scope, cost, user_id)
        try:
            answer = await endpoint(scope=scope, **arguments)
        except (ApiError, BusyError) as error:
            if not _was_tried(error):
                await limiter.give_back(scope, spent)
            raise
        if spent and cost == "wrong_attempts":
            await limiter.give_back(scope, spent)
        return answer

    return at_a_cost


def _was_tried(error: ApiError | BusyError) -> bool:
    """Tell whether an error counts as a wrong attempt: 429 and 503 do not."""
    if not isinstance(error, ApiError) or error.status >= 500 or error.status == 429:
        return False
    return not _WRONG_IN_NOTHING.issuperset(each.kind for each in error.occurrences)
