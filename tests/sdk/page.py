"""A page of an app in a browser: the app's cookies, and the way through a handshake."""

import base64
import hashlib
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

import httpx

from tests.harness import Account, Browser, Tenant
from tests.sdk.node import APP, Sdk, State

_AT_MOST = 5


@dataclass
class Page:
    """An app's page as one browser opens it; `seen` keeps what the app's backend said each time."""

    sdk: Sdk
    browser: Browser
    origin: str = APP
    cookies: dict[str, str] = field(default_factory=dict[str, str])
    seen: list[State] = field(default_factory=list[State])

    @property
    def tenant(self) -> Tenant:
        """The instance the app uses."""
        return self.sdk.tenant

    def suffixed(self, name: str) -> str:
        """Return a cookie's name with the suffix of the publishable key."""
        digest = hashlib.sha1(self.tenant.publishable_key.encode()).digest()
        return f"{name}_{base64.urlsafe_b64encode(digest).decode()[:8]}"

    def put(self, name: str, value: str) -> None:
        """Set a cookie under both its names, as clerk-js and the server do."""
        self.cookies |= {name: value, self.suffixed(name): value}

    def drop(self, name: str) -> None:
        """Lose a cookie under both its names."""
        for each in (name, self.suffixed(name)):
            self.cookies.pop(each, None)

    def sign_in(self, account: Account) -> str:
        """Hold what clerk-js holds of a signed-in browser, and return the session token."""
        token = self.browser.token(account.session_id)
        self.put("__session", token)
        self.put("__client_uat", str(self.client_updated_at() // 1000))
        return token

    def client_updated_at(self) -> int:
        """Return when the browser's sessions changed last."""
        return self.browser.get("/v1/client").ok().body["updated_at"]

    def open(self, url: str = "/", **options: Any) -> State:
        """Ask the app for a document, once; keep the cookies it sets."""
        address = url if "://" in url else self.origin + url
        state = self.sdk.authenticate(address, cookies=self.cookies, **options)
        self.seen.append(state)
        self.keep(state.set_cookies)
        return state

    def visit(self, url: str = "/", **options: Any) -> State:
        """Ask the app for a document and follow its redirects, as a browser does."""
        state = self.open(url, **options)
        for _ in range(_AT_MOST):
            if state.location is None:
                return state
            state = self.open(self._follow(state.location), **options)
        raise AssertionError(f"redirected without end: {[each.reason for each in self.seen]}")

    @property
    def reasons(self) -> list[str | None]:
        """Why the app's backend decided as it did, visit by visit."""
        return [state.reason for state in self.seen]

    def pass_by(self, location: str) -> httpx.Response:
        """Go to the Frontend API with the browser's own cookies."""
        url, headers = location, {"Accept": "text/html"}
        if not self.sdk.is_proxied:
            # No name server knows the instance's host.
            url = location.replace(self.sdk.frontend_url, self.tenant.harness.url)
            headers["Host"] = self.tenant.host
        cookies = {each.name: each.value or "" for each in self.browser.http.cookies.jar}
        return httpx.get(url, cookies=cookies, headers=headers)

    def _follow(self, location: str) -> str:
        if not location.startswith(self.sdk.frontend_url):
            return location
        reply = self.pass_by(location)
        assert reply.status_code == 307, reply.text
        self.keep(reply.headers.get_list("set-cookie"), of=httpx.URL(location).host)
        return reply.headers["location"]

    def keep(self, set_cookies: list[str], of: str | None = None) -> None:
        """Set or lose what `Set-Cookie` lines of the host `of`, or of the app itself, say."""
        here = httpx.URL(self.origin).host
        for line in set_cookies:
            for name, morsel in SimpleCookie(line).items():
                # Every port of a host shares its cookies, a domain those that name it.
                domain = morsel["domain"] or of or here
                if here != domain and not (morsel["domain"] and here.endswith(f".{domain}")):
                    continue
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
