"""Wallets with one account: they sign what they are asked, as MetaMask and Phantom do."""

import base64
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from hallporter.contract.settings import Attributes, AttributeSettings, Settings
from hallporter.core.ethereum import checksummed, keccak256, signer
from tests.harness import Browser, Reply

ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
METAMASK = "web3_metamask_signature"
SOLANA = "web3_solana_signature"
STRATEGIES = [
    METAMASK,
    "web3_coinbase_wallet_signature",
    "web3_base_signature",
    "web3_okx_wallet_signature",
    SOLANA,
]
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def settings(**more: AttributeSettings) -> Settings:
    """Return the settings of an instance that knows every wallet and asks for nothing else."""
    wallet = AttributeSettings(
        enabled=True,
        used_for_first_factor=True,
        first_factors=STRATEGIES,
        verifications=STRATEGIES,
        verify_at_sign_up=True,
    )
    address = AttributeSettings(
        enabled=True,
        used_for_first_factor=True,
        first_factors=["email_code"],
        verifications=["email_code"],
        verify_at_sign_up=True,
    )
    attributes = {
        "web3_wallet": wallet,
        "email_address": address,
        "password": AttributeSettings(enabled=True),
        **more,
    }
    return Settings(test_mode=True, attributes=Attributes(**attributes))


@dataclass
class Wallet:
    """An account on Ethereum."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256K1())
    )
    strategy = METAMASK

    @property
    def address(self) -> str:
        """The address, spelled as wallets spell it."""
        public = self.key.public_key().public_numbers()
        return checksummed("0x" + keccak256(_bytes(public.x) + _bytes(public.y))[-20:].hex())

    def sign(self, message: str) -> str:
        """Answer `personal_sign` (EIP-191)."""
        text = message.encode()
        digest = keccak256(f"\x19Ethereum Signed Message:\n{len(text)}".encode() + text)
        # OpenSSL signs any 32 bytes under this name.
        r, s = decode_dss_signature(self.key.sign(digest, ec.ECDSA(Prehashed(SHA256()))))
        s = min(s, ORDER - s)
        made = ["0x" + (_bytes(r) + _bytes(s) + bytes([v])).hex() for v in (27, 28)]
        return next(each for each in made if signer(message, each) == self.address.lower())


@dataclass
class SolanaWallet:
    """An account on Solana."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    strategy = SOLANA

    @property
    def address(self) -> str:
        """The key in base58."""
        return base58(self.key.public_key().public_bytes_raw())

    def sign(self, message: str) -> str:
        """Answer `signMessage`, in base64 as clerk-js hands it on."""
        return base64.b64encode(self.key.sign(message.encode())).decode()


AnyWallet = Wallet | SolanaWallet


def base58(given: bytes) -> str:
    """Return bytes as Solana writes them."""
    number, digits = int.from_bytes(given), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _BASE58[rest] + digits
    return "1" * (len(given) - len(given.lstrip(b"\0"))) + digits


def _bytes(number: int) -> bytes:
    return number.to_bytes(32)


def begin_sign_up(browser: Browser, wallet: AnyWallet, **given: str) -> tuple[str, str]:
    """Begin to sign up; return where to answer, and what is to be signed."""
    begun = browser.post("/v1/client/sign_ups", web3_wallet=wallet.address, **given).ok().body
    path = f"/v1/client/sign_ups/{begun['id']}"
    prepared = browser.post(f"{path}/prepare_verification", strategy=wallet.strategy).ok().body
    return path, prepared["verifications"]["web3_wallet"]["message"]


def sign_up(browser: Browser, wallet: AnyWallet, **given: str) -> Reply:
    """Sign up with a wallet."""
    path, message = begin_sign_up(browser, wallet, **given)
    return answer_sign_up(browser, path, wallet.strategy, wallet.sign(message))


def answer_sign_up(browser: Browser, path: str, strategy: str, signature: str) -> Reply:
    """Answer a sign-up."""
    return browser.post(f"{path}/attempt_verification", strategy=strategy, signature=signature)


def begin_sign_in(browser: Browser, wallet: AnyWallet, identifier: str = "") -> tuple[str, str]:
    """Begin to sign in as clerk-js does; return where to answer, and what is to be signed."""
    named = identifier or wallet.address
    begun = browser.post("/v1/client/sign_ins", identifier=named).ok().body
    factor = next(
        each for each in begun["supported_first_factors"] if each["strategy"] == wallet.strategy
    )
    path = f"/v1/client/sign_ins/{begun['id']}"
    chosen = {"strategy": factor["strategy"], "web3_wallet_id": factor["web3_wallet_id"]}
    prepared = browser.post(f"{path}/prepare_first_factor", **chosen).ok().body
    return path, prepared["first_factor_verification"]["message"]


def sign_in(browser: Browser, wallet: AnyWallet) -> Reply:
    """Sign in with a wallet."""
    path, message = begin_sign_in(browser, wallet)
    return answer_sign_in(browser, path, wallet.strategy, wallet.sign(message))


def answer_sign_in(browser: Browser, path: str, strategy: str, signature: str) -> Reply:
    """Answer a sign-in."""
    return browser.post(f"{path}/attempt_first_factor", strategy=strategy, signature=signature)


def begin_connect(browser: Browser, wallet: AnyWallet) -> tuple[str, str]:
    """Begin to connect a wallet; return where to answer, and what is to be signed."""
    made = browser.post("/v1/me/web3_wallets", web3_wallet=wallet.address).ok().body
    path = f"/v1/me/web3_wallets/{made['id']}"
    prepared = browser.post(f"{path}/prepare_verification", strategy=wallet.strategy).ok().body
    return path, prepared["verification"]["message"]


def connect(browser: Browser, wallet: AnyWallet) -> Reply:
    """Connect a wallet in the profile."""
    path, message = begin_connect(browser, wallet)
    return answer(browser, path, wallet.sign(message))


def answer(browser: Browser, path: str, signature: str) -> Reply:
    """Answer what a wallet of the profile was asked."""
    return browser.post(f"{path}/attempt_verification", signature=signature)
