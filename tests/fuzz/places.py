"""What an operation's path may name in an instance: somebody signed in, and what is theirs."""

import os
import re
from typing import Any

from hallporter.edge.operation import Operation
from tests.harness import PASSWORD, Backend, Browser, Reply, Tenant, new_address, new_number

# Of a sample another one is tried at each run: the seed is pytest's.
SECONDS = float(os.environ.get("FUZZ_SECONDS", "15"))


class Places:
    """Calls operations as who may call them; what a call has ended is begun anew."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._backend: Backend = tenant.backend()
        self._browser: Browser
        self._ids: dict[str, str]
        self._begin()

    def _begin(self) -> None:
        """Sign somebody up, and make what paths may name."""
        self._browser = self._tenant.browser()
        account = self._browser.sign_up()
        user = self._backend.get(f"/v1/users/{account.user_id}").ok().json
        begun_sign_in = self._browser.post("/v1/client/sign_ins", identifier=new_address())
        sign_up = self._browser.post("/v1/client/sign_ups", email_address=new_address()).ok()
        number = self._browser.post("/v1/me/phone_numbers", phone_number=new_number())
        address = user["email_addresses"][0]["id"]
        self._ids = {
            "user_id": account.user_id,
            "session_id": account.session_id,
            "client_id": self._browser.client_id,
            "email_address_id": address,
            "email_id": address,
            "sign_up_id": sign_up.body["id"],
            "sign_in_id": _id_of(begun_sign_in, "sia_x"),
            "phone_number_id": _id_of(number, "idn_x"),
            "provider": "oauth_google",
        }

    def call(self, operation: Operation, path: str | None = None, **more: Any) -> Reply:
        """Call an operation at a path of its, or with what it may name."""
        caller = self._backend if operation.api == "backend" else self._browser
        reply = caller.request(operation.method, path or self.path_of(operation), **more)
        if reply.status in (401, 403, 404) and operation.api == "frontend":
            self._begin_if_signed_out()
        return reply

    def path_of(self, operation: Operation) -> str:
        """Return the path of an operation with what it may name."""
        names = re.findall(r"{(\w+)}", operation.path)
        return operation.path.format(**{name: self._ids.get(name, "x") for name in names})

    def _begin_if_signed_out(self) -> None:
        client = self._browser.get("/v1/client").body
        if not client or not client["sessions"]:
            self._browser.http.close()
            self._begin()

    def close(self) -> None:
        """Close the connections."""
        self._browser.http.close()
        self._backend.http.close()


def is_server_error(operation: Operation, reply: Reply) -> bool:
    """Tell whether an answer says that the server has failed."""
    # To whoever comes through no proxy this one says so (503).
    return reply.status >= 500 and operation.name != "get_proxy_health"


def _id_of(reply: Reply, otherwise: str) -> str:
    return reply.body["id"] if reply.status == 200 else otherwise


HARMLESS: dict[str, Any] = {
    "password": PASSWORD,
    "new_password": PASSWORD + " 2",
    "current_password": PASSWORD,
    "strategy": "email_code",
    "code": "424242",
    "redirect_url": "http://localhost:3000/",
    "claims": {"a": 1},
    "actor": {"sub": "user_x"},
    "level": "first_factor",
    "status": "pending",
}
"""What fields mean by their names: with these a request gets further than its first check."""
