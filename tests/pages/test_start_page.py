"""The start page over HTTP: what it tells, and that it tells the truth."""

from tests.conftest import Make
from tests.harness import Backend, Browser, Tenant

SUFFIXED = "__client_uat_"


def live_client(browser: Browser) -> dict[str, dict[str, object]]:
    """Return what the live panel shows, by request."""
    found = browser.get("/start/client").ok().json
    return {each["request"]: each for each in found["exchanges"]}


def test_it_holds_the_publishable_key_and_never_the_secret_one(
    instance: Tenant, page_browser: Browser
) -> None:
    page = page_browser.get("/").ok()
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f'data-clerk-publishable-key="{instance.publishable_key}"' in page.text
    assert instance.secret_key not in page.text
    assert "sk_live" not in page.text


def test_scripts_are_our_own_and_the_page_is_never_framed(page_browser: Browser) -> None:
    headers = page_browser.get("/").ok().headers
    policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_over_http_it_names_itself_as_the_proxy(instance: Tenant, page_browser: Browser) -> None:
    page = page_browser.get("/").ok().text
    assert f'data-clerk-proxy-url="http://{instance.host}"' in page
    assert f"NEXT_PUBLIC_CLERK_PROXY_URL=http://{instance.host}\n" in page


def test_under_a_path_prefix_everything_stays_below_it(
    instance: Tenant, page_browser: Browser
) -> None:
    page = page_browser.get(f"/~{instance.slug}/").ok().text
    assert f'data-clerk-proxy-url="http://{instance.host}/~{instance.slug}"' in page
    assert f'src="/~{instance.slug}/start/start.js"' in page
    assert page_browser.get(f"/~{instance.slug}/start/start.js").ok().text


def test_a_name_with_markup_is_shown_as_it_is_written(
    instance: Tenant, page_browser: Browser
) -> None:
    instance.update(display__application_name='</title><script src="//evil.example">')
    page = page_browser.get("/").ok().text
    assert "evil.example" in page
    assert '<script src="//evil.example">' not in page


def test_its_files_are_scripts_and_styles_and_nothing_else_of_the_package(
    page_browser: Browser,
) -> None:
    script = page_browser.get("/start/start.js").ok()
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    style = page_browser.get("/start/page.css").ok()
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    for path in ("/start/start.html", "/start/start.py", "/start/", "/start"):
        refused = page_browser.get(path)
        assert refused.status == 404
        assert refused.codes == ["resource_not_found"]


def test_before_the_first_step_there_is_no_client(page_browser: Browser) -> None:
    assert page_browser.get("/start/client").ok().json == {"client_id": None, "exchanges": []}


def test_a_look_that_crossed_a_sign_up_sees_no_client(
    instance: Tenant, page_browser: Browser
) -> None:
    page_browser.post("/v1/client").ok()
    with instance.browser(origin=None) as late:
        late.http.cookies.set("__client", page_browser.cookie("__client") or "")
        page_browser.sign_up()
        assert late.get("/start/client").ok().json == {"client_id": None, "exchanges": []}


def test_the_live_client_is_what_the_backend_api_answers(
    instance: Tenant, page_browser: Browser, backend: Backend
) -> None:
    page_browser.sign_up()
    id = page_browser.client_id
    shown = live_client(page_browser)[f"GET /v1/clients/{id}"]
    assert shown["dated"] == backend.client(id)
    with instance.backend(version=None) as undated:
        assert shown["undated"] == undated.client(id)


def test_the_sessions_token_verifies_to_the_same_client(page_browser: Browser) -> None:
    account = page_browser.sign_up()
    without = live_client(page_browser)["POST /v1/clients/verify"]
    assert without["status"] != 200

    names = [each.name for each in page_browser.http.cookies.jar]
    suffix = next(name for name in names if name.startswith(SUFFIXED)).removeprefix(SUFFIXED)
    # What clerk-js does on the page.
    page_browser.http.cookies.set(f"__session_{suffix}", page_browser.token(account.session_id))
    shown = live_client(page_browser)
    verified = shown["POST /v1/clients/verify"]
    assert verified["status"] == 200
    assert verified["dated"] == shown[f"GET /v1/clients/{page_browser.client_id}"]["dated"]


def test_an_instance_for_the_world_has_no_start_page_even_here(make_instance: Make) -> None:
    instance = make_instance(frontend_host="clerk.start.example.com")
    with instance.browser(origin=None) as page_browser:
        path, headers = f"/~{instance.slug}/", {"Host": "localhost:4100"}
        refused = page_browser.request("GET", path, headers=headers)
    assert refused.status == 404
    assert refused.codes == ["resource_not_found"]
