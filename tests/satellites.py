"""A browser that follows redirects between domains, with a jar of cookies for each host."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.harness import PASSWORD, Reply, Tenant


@dataclass
class SatelliteBrowser:
    """A browser whose requests all reach one server, by whatever host they name.

    Cookies are kept by host here, Secure or not: the server's end is without TLS.
    """

    tenant: Tenant
    jars: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def ask(self, method: str, url: str, **more: object) -> Reply:
        """Send a request to `url`, with the cookies of its host."""
        parts = urlsplit(url)
        jar = self.jars.setdefault(parts.netloc, {})
        cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
        headers = {"Host": parts.netloc, **({"Cookie": cookie} if cookie else {})}
        with self.tenant.browser(origin=None) as browser:
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            response = browser.http.request(method, path, headers=headers, **more)  # type: ignore[arg-type]  # httpx' own
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            jar[name] = value
            if "Max-Age=0" in line or not value:
                del jar[name]
        return Reply(response)

    def get(self, url: str) -> Reply:
        """GET."""
        return self.ask("GET", url)

    def post(self, url: str, **form: str) -> Reply:
        """POST a form."""
        return self.ask("POST", url, data=form)

    def sign_in(self, address: str) -> Reply:
        """Sign in by password on the instance's own domain."""
        given = {"strategy": "password", "identifier": address, "password": PASSWORD}
        return self.post(f"https://{self.tenant.host}/v1/client/sign_ins", **given)

    def follow(self, url: str) -> list[str]:
        """Follow redirects of the server's, and return every address on the way with the last."""
        way = [url]
        while urlsplit(way[-1]).netloc.startswith("clerk."):
            reply = self.get(way[-1])
            assert reply.status == 307, reply.text
            way.append(reply.headers["location"])
            assert len(way) < 8, way
        return way
