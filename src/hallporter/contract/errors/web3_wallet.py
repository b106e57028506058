"""Web3 wallets."""

from hallporter.contract.api_error import ErrorKind

not_found = ErrorKind(
    404, "resource_not_found", "Wallet not found", "This user has no wallet with this id."
)
# Clerk names no code for it. Like an incorrect signature it names no field: what does is shown at
# that field, and the components have none for it.
contract_unsupported = ErrorKind(
    422,
    "web3_contract_wallet_unsupported",
    "Smart wallets are not supported",
    "This wallet is a contract, and only its chain could check its signature; use another wallet.",
)
