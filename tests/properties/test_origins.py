"""An origin is allowed when it is the instance's, however an address is dressed up."""

from hypothesis import given
from hypothesis import strategies as st

from hallporter.contract.ids import InstanceId
from hallporter.contract.instance import Instance
from hallporter.contract.origins import is_allowed_redirect
from hallporter.contract.settings import Settings

INSTANCE = Instance(
    id=InstanceId("ins_1"),
    slug="acme",
    environment_type="production",
    frontend_host="clerk.acme.example",
    publishable_key="pk_live_x",
    settings=Settings(),
    signing_keys=(),
    revision=1,
)
labels = st.from_regex(r"[a-z][a-z0-9]{0,10}", fullmatch=True)


@given(labels, labels)
def test_pages_of_the_domain_and_below_are_allowed(subdomain: str, path: str) -> None:
    assert is_allowed_redirect(INSTANCE, f"https://{subdomain}.acme.example/{path}")


@given(labels, st.sampled_from(["", ".acme.example", "acme.example.", "-acme.example"]))
def test_no_other_domain_is(name: str, tail: str) -> None:
    for url in (
        f"https://{name}.example{tail and '.evil'}/",
        f"https://acme.example.{name}/",
        f"https://{name}acme.example/",
        f"https://{name}@evil.example/",
        f"https://acme.example@{name}.evil/",
        f"https://acme.example\\@{name}.evil/",
        f"//{name}.evil/",
        f"javascript:{name}",
        f"http://{name}.acme.example/",
    ):
        assert not is_allowed_redirect(INSTANCE, url), url


@given(st.text())
def test_no_text_breaks_the_question(text: str) -> None:
    assert not is_allowed_redirect(INSTANCE, text)
