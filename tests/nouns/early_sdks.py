"""What only early SDKs ask for."""

from tests.harness import (
    ORIGIN,
)
from tests.nouns.part import Part
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    walker.browser().get("/.well-known/webauthn")
    walker.browser().get("/v1/dev_browser/init", origin=ORIGIN)
    developed = walker.tenant.harness.make_instance(environment_type="development")
    on_our_host = developed.browser(walker.version)
    walker.recorder.listen(on_our_host)
    on_our_host.post("/v1/dev_browser/set_first_party_cookie").ok()
    browser, _ = walker.signed_in()
    walker.backend.post("/v1/jwt_templates", name="early", claims={}).ok()
    browser.post("/v1/me/tokens", service="early").ok()
    browser.post("/v1/me/tokens", service="nothing")


PART = Part((walk,))
