"""A server behind a proxy: what it takes from there, and what it refuses to be started with."""

from tests.cli.processes import Serving, hallporter, ready_data_dir, serving


def environment(server: Serving, path: str = "/v1/environment", **headers: str) -> int:
    """Ask for the environment and return the status."""
    return server.http.get(path, headers=headers).status_code


def test_a_lone_local_instance_has_no_public_name() -> None:
    with ready_data_dir() as data_dir:
        with serving(data_dir) as server:
            assert environment(server, Host="localhost") == 200
            for path in ("/v1/environment", "/~default/v1/environment"):
                assert environment(server, path, Host="app.example.com") == 400
                assert environment(server, path, **{"X-Forwarded-For": "203.0.113.7"}) == 400
        refused = hallporter("serve", "--data-dir", str(data_dir), "--behind-proxy")
        assert refused.returncode != 0
        assert "instance update default test_mode=false" in refused.stdout + refused.stderr


def test_a_server_that_begins_behind_a_proxy_has_no_test_mode() -> None:
    with ready_data_dir() as data_dir, serving(data_dir, "--behind-proxy") as server:
        shown = server.http.get("/v1/environment").json()
        assert shown["auth_config"]["test_mode"] is False
        assert "--trusted-proxies" in server.log
        refused = server.instance("update", "default", "test_mode=true")
        assert refused.returncode != 0
        assert "leave --behind-proxy out" in refused.stdout + refused.stderr


def test_a_proxy_is_named_by_addresses_and_networks() -> None:
    for sent, said in (
        ("nginx", "'nginx'"),
        ("10.0.0.1/8", "host bits"),
        ("0.0.0.0/0", "everybody"),
    ):
        refused = hallporter("serve", "--behind-proxy", "--trusted-proxies", sent)
        assert refused.returncode != 0
        assert said in refused.stdout + refused.stderr
    with (
        ready_data_dir() as data_dir,
        serving(
            data_dir,
            "--behind-proxy",
            "--workers",
            "2",
            HALLPORTER_TRUSTED_PROXIES="::1, 127.0.0.1",
        ) as server,
    ):
        assert environment(server) == 200
        assert "addresses are unknown" not in server.log
