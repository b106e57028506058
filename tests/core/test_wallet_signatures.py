"""Addresses and signatures, by the vectors of those who defined them."""

import base64

import pytest

from hallporter.core import ethereum, solana
from tests.wallets import ORDER, SolanaWallet, Wallet, base58

# The example of web3.js for `eth.accounts.sign`.
ADDRESS = "0x2c7536e3605d9c16a7a3d7b1898e529396a65c23"
SIGNATURE = (
    "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd"
    "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c"
)


@pytest.mark.parametrize(
    "address",
    [
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_addresses_are_spelled_as_eip_55_does(address: str) -> None:
    assert ethereum.checksummed(address.lower()) == address
    assert ethereum.checksummed("0x" + address[2:].upper()) == address


def test_the_signer_is_found() -> None:
    assert ethereum.signer("Some data", SIGNATURE) == ADDRESS


def test_the_same_signature_written_with_the_higher_s_counts_for_nothing() -> None:
    r, s, v = SIGNATURE[2:66], int(SIGNATURE[66:130], 16), int(SIGNATURE[130:], 16)
    assert ethereum.signer("Some data", f"0x{r}{ORDER - s:064x}{55 - v:02x}") is None


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "0x",
        SIGNATURE[2:],
        SIGNATURE[:-2],
        SIGNATURE + "00",
        SIGNATURE[:-2] + "1d",
        SIGNATURE[:-2] + "02",
        "0x" + "00" * 65,
        "0x" + "00" * 32 + SIGNATURE[66:],
        SIGNATURE[:66] + "00" * 32 + "1b",
        f"0x{ORDER:064x}" + SIGNATURE[66:],
        "0x" + "ff" * 32 + SIGNATURE[66:],
        # No point of the curve has this x.
        f"0x{5:064x}" + SIGNATURE[66:],
    ],
)
def test_what_no_key_can_have_made_has_no_signer(signature: str) -> None:
    assert ethereum.signer("Some data", signature) is None


def test_every_part_of_a_signature_counts() -> None:
    wallet = Wallet()
    signature = wallet.sign("Some data")
    assert ethereum.signer("Some data", signature) == wallet.address.lower()
    other_parity = signature[:-2] + ("1b" if signature.endswith("1c") else "1c")
    for message, shown in (("Some date", signature), ("Some data", other_parity)):
        assert ethereum.signer(message, shown) != wallet.address.lower()


def test_keys_on_solana_prove_themselves_and_no_other() -> None:
    ada, bob = SolanaWallet(), SolanaWallet()
    signature = ada.sign("Some data")
    assert solana.has_signed(ada.address, "Some data", signature)
    assert not solana.has_signed(bob.address, "Some data", signature)
    assert not solana.has_signed(ada.address, "Some date", signature)
    for broken in ("", "?", signature[:-4], base64.b64encode(b"\0" * 64).decode()):
        assert not solana.has_signed(ada.address, "Some data", broken)


@pytest.mark.parametrize("y", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18])
@pytest.mark.parametrize("sign", [0, 0x80])
def test_keys_that_anybody_can_sign_for_are_no_addresses(y: int, sign: int) -> None:
    key = bytearray(y.to_bytes(32, "little"))
    key[31] |= sign
    address = base58(bytes(key))
    assert not solana.is_address(address)
    forged = base64.b64encode(bytes(key) + bytes(32)).decode()
    assert not solana.has_signed(address, "Some data", forged)


def test_names_are_no_addresses() -> None:
    assert not solana.is_address("a" * 44)
    assert not ethereum.is_address("ada")
