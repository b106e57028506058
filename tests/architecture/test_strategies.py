"""What a strategy does it does itself: nobody else looks at its name to decide anything."""

import ast
from collections.abc import Iterator

from hallporter.features import strategies
from tests.architecture import code

# Who may: strategies themselves, and how a stored proof says whose it is.
_THEIR_OWN = (
    "features/strategies/",
    "features/verifications/rows.py",
)
# Where such a name stands for something else than what is to be done: a provider, a setting, and
# what the proof of an identifier is called on the wire, which no view can ask a strategy.
_OTHERS = (
    "features/profile/external_accounts/access_tokens.py",
    "features/visits/connections.py",
    "features/external_accounts/settings.py",
    "features/identifications/settings.py",
    "features/identifications/views.py",
    "features/web3_wallets/kinds.py",
)
# An attribute of users is called a password, too.
_NAMES = frozenset({*strategies.FIRST_FACTORS, *strategies.SECOND_FACTORS}) - {"password"} | {
    *("ticket", "saml", "enterprise_sso", "google_one_tap")
}
_PREFIXES = ("oauth_", "from_", "web3_", "reset_password_")
_BY_TEXT = frozenset({"startswith", "endswith", "removeprefix", "removesuffix"})


def test_nobody_else_decides_by_the_name_of_a_strategy() -> None:
    found = [
        f"{relative}:{node.lineno} {ast.unparse(node)}"
        for path in code.modules()
        if not (relative := str(path.relative_to(code.ROOT))).startswith((*_THEIR_OWN, *_OTHERS))
        for node in _decisions(code.tree(path))
    ]
    assert found == []


def _decisions(tree: ast.Module) -> Iterator[ast.Compare | ast.Call | ast.MatchValue]:
    for node in ast.walk(tree):
        match node:
            case ast.Compare() if any(_is_name(side) for side in (node.left, *node.comparators)):
                if not any(_is_none(side) for side in node.comparators):
                    yield node
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in _BY_TEXT:
                if _is_name(value) or any(_is_prefix(each) for each in node.args):
                    yield node
            case ast.MatchValue(value=value) if _is_name(value):
                yield node
            case _:
                pass


def _is_name(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return text in _NAMES
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lower() == "strategy" or name.endswith("_strategy")
        case ast.Tuple(elts=elements) | ast.Set(elts=elements) | ast.List(elts=elements):
            return any(_is_name(each) for each in elements)
        case ast.BoolOp(values=values):
            return any(_is_name(each) for each in values)
        case _:
            return False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_prefix(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return text.startswith(_PREFIXES)
        case ast.Tuple(elts=elements):
            return any(_is_prefix(each) for each in elements)
        case _:
            return False
