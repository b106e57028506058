"""Wallets: how they cannot be proved."""

from collections.abc import Iterator

from hallporter.contract.settings_rules import Subject
from hallporter.features.web3_wallets.kinds import CHAINS

_WALLET = "attributes.web3_wallet"
_BY_METAMASK = f"""'{_WALLET}.verifications=["web3_metamask_signature"]'"""


def wallets(subject: Subject) -> Iterator[str]:
    """Yield how wallets cannot be proved, and how they would be anybody's."""
    wallet = subject.settings.attributes.web3_wallet
    for name in ("first_factors", "verifications"):
        for each in getattr(wallet, name):
            if each not in CHAINS:
                yield (
                    f"Instance {subject.slug} cannot prove wallets by {each}: "
                    f"{_WALLET}.{name} may hold {', '.join(CHAINS)}."
                )
    if not wallet.enabled:
        return
    if not wallet.verify_at_sign_up:
        yield subject.wrong(
            "takes wallets at sign-up without a proof, and everybody may know an address",
            f"{_WALLET}.verify_at_sign_up=true",
        )
    if not wallet.verifications:
        yield subject.wrong("has wallets and no way to prove one", _BY_METAMASK)
    for each in wallet.first_factors:
        if each not in wallet.verifications:
            yield (
                f"Instance {subject.slug} signs users in by {each}, which proves no wallet at "
                f"sign-up: name it among {_WALLET}.verifications, too."
            )
