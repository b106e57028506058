"""The steps of a sign-in that keeps to itself whether it is anybody's.

Who is locked or banned is told so only after a proof: until then they are as good as strangers.
"""

from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.problem import ApiError
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.identifications import canonical
from hallporter.features.sign_ins import hiding
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.verifications import decoys, strategies
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.decoys import Decoy
from hallporter.features.verifications.links import SentLink
from hallporter.features.verifications.strategies.email_link import EmailLink
from hallporter.features.verifications.strategy import Claim, Proof, Subject, Verdict


def prepare(
    scope: Scope, row: SignInRow, subject: Subject, proof: Proof
) -> SentCode | SentLink | Decoy:
    """Make what goes to the address that the sign-in names, if it is that of a user."""
    identifier = row.identifier or ""
    offered = [each.strategy for each in hiding.factors(scope, identifier)]
    spelled = canonical.spelled(identifier)
    if proof.strategy not in offered or proof.strategy == "password" or spelled is None:
        raise errors.sign_in.strategy_invalid(strategy=proof.strategy, param="strategy")
    named = replace(
        proof, email_address_id=row.identification_id, phone_number_id=row.identification_id
    )
    if subject.user is not None and not _is_kept_out(scope, subject):
        try:
            return _real(scope, subject, named)
        except ApiError as refused:
            if refused.occurrences[0].problem is not errors.sign_in.strategy_invalid:
                raise
            # A number that is kept for the second factor is no way in, and nobody learns of it.
    return decoys.made(
        scope,
        proof.strategy,
        spelled[1],
        channel=proof.channel,
        redirect_url=proof.redirect_url,
        notice="sign_in_without_account" if subject.user is None else None,
    )


def _real(scope: Scope, subject: Subject, proof: Proof) -> SentCode | SentLink:
    strategy = strategies.first_factor(proof.strategy, scope.instance.settings)
    if isinstance(strategy, EmailLink):
        return strategy.link(scope, subject, proof)
    return strategy.prepare(scope, subject, proof)


async def attempt(scope: Scope, subject: Subject, proof: Proof) -> Claim:
    """Judge a proof; the right password of who is kept out is as wrong as any."""
    strategy = strategies.first_factor(proof.strategy, scope.instance.settings)
    if proof.strategy != "password":
        return await strategy.attempt(scope, subject, proof)
    judged = Subject() if _is_kept_out(scope, subject) else subject
    return _telling_neither(await strategy.attempt(scope, judged, proof))


def _telling_neither(claim: Claim) -> Claim:
    async def hiding(tx: Write) -> Verdict:
        wrong = await claim(tx)
        if wrong is None or wrong.occurrences[0].problem is not errors.form.password_incorrect:
            return wrong
        return errors.form.password_or_identifier_incorrect(param="password")

    return hiding


def _is_kept_out(scope: Scope, subject: Subject) -> bool:
    return subject.user is not None and (subject.user.banned or subject.user.is_locked(scope.now))
