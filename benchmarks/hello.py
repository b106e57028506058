"""A hello-world of the same framework under the same server: what HTTP costs by itself."""

import sys

import falcon.asgi
import uvicorn


class Hello:
    """One route, one small JSON object."""

    async def on_get(self, _: falcon.asgi.Request, response: falcon.asgi.Response) -> None:
        """Answer a greeting."""
        response.data = b'{"hello":"world"}'


if __name__ == "__main__":
    app = falcon.asgi.App()
    app.add_route("/", Hello())
    uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="warning")
