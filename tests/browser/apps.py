"""Apps of our users: a page on another port that loads Clerk's scripts from the server."""

from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Literal

from tests.browser.servers import RunningServer

Generation = Literal["5", "6"]

PAGE = """\
<!doctype html>
<title>An app</title>
<link rel="icon" href="data:,">
{scripts}
<div id="app"></div>
<script type="module">
  await Clerk.load({options});
  if (!Clerk.user) Clerk.mountSignIn(document.getElementById("app"), {{ routing: "hash" }});
  document.title = "Ready";
</script>
"""
CLERK = """\
<script src="{url}npm/@clerk/clerk-js@{generation}/dist/clerk.browser.js" crossorigin="anonymous"
  data-clerk-publishable-key="{key}" data-clerk-proxy-url="{url}"></script>
"""
UI = '<script src="{url}npm/@clerk/ui@1/dist/ui.browser.js" crossorigin="anonymous"></script>\n'


def clerk(server: RunningServer, generation: Generation = "6") -> str:
    """Return the script of clerk-js; until generation 5 the components were part of it."""
    return CLERK.format(url=server.page_url, key=server.publishable_key, generation=generation)


def scripts(server: RunningServer) -> str:
    """Return the scripts of clerk-js and of its components."""
    return UI.format(url=server.page_url) + clerk(server)


def page(server: RunningServer, generation: Generation) -> str:
    """Return the app's page."""
    if generation == "5":
        return PAGE.format(scripts=clerk(server, generation), options="")
    options = "{ ui: { ClerkUI: window.__internal_ClerkUICtor } }"
    return PAGE.format(scripts=scripts(server), options=options)


@contextmanager
def running_app(html: str) -> Generator[str]:
    """Serve a page at every path of a free port, and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = Thread(target=httpd.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{httpd.server_address[1]}/"
        finally:
            httpd.shutdown()
            thread.join()
