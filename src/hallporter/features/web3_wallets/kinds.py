"""The strategies of wallets, by the chain whose addresses they prove."""

from hallporter.contract.settings import Settings
from hallporter.core import solana

CHAINS = {
    "web3_metamask_signature": "Ethereum",
    "web3_coinbase_wallet_signature": "Ethereum",
    "web3_base_signature": "Ethereum",
    "web3_okx_wallet_signature": "Ethereum",
    "web3_solana_signature": "Solana",
}


def chain_of(address: str) -> str:
    """Return the chain that an address is of."""
    return "Solana" if solana.is_address(address) else "Ethereum"


def fits(strategy: str, address: str) -> bool:
    """Tell whether a strategy is for the same chain. The key may be in any wallet for it."""
    return CHAINS[strategy] == chain_of(address)


def first_factors(settings: Settings) -> list[str]:
    """Return the strategies by which an instance signs users in."""
    wallet = settings.attributes.web3_wallet
    if not (wallet.enabled and wallet.used_for_first_factor):
        return []
    return [each for each in wallet.first_factors if each in CHAINS]
