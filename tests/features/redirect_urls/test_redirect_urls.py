"""The list of addresses that visits to providers may lead back to."""

import pytest

from tests.concurrency import at_once
from tests.conftest import Make
from tests.harness import Backend, Browser, Clock, Tenant

ROOT = "/v1/redirect_urls"
# What Expo, the SDKs for iOS and Android, desktop apps and universal links come back by.
OF_APPS = (
    "my-app://callback",
    "my-app:///callback",
    "com.example.App://callback",
    "clerk://com.example.app.callback",
    "exp://192.168.1.12:8083/--/oauth-native-callback",
    "tauri://localhost/?from=provider",
    "https://example.com",
    "https://app.example.com:8443/oauth-callback?a=b",
    "http://localhost:19888/callback",
    "http://127.0.0.1:3000/",
    "http://[::1]:3000/",
)


def test_redirect_url_is_made_read_listed_and_deleted(backend: Backend, clock: Clock) -> None:
    made = backend.post(ROOT, url="my-app://callback").ok().json
    assert made == {
        "object": "redirect_url",
        "id": made["id"],
        "url": "my-app://callback",
        "created_at": clock.now(),
        "updated_at": clock.now(),
    }
    assert made["id"].startswith("ru_")
    assert backend.get(f"{ROOT}/{made['id']}").ok().json == made
    assert backend.get(ROOT).ok().json == [made]
    gone = backend.delete(f"{ROOT}/{made['id']}").ok().json
    assert gone == {"object": "redirect_url", "id": made["id"], "deleted": True}
    for reply in (backend.get(f"{ROOT}/{made['id']}"), backend.delete(f"{ROOT}/{made['id']}")):
        assert (reply.status, reply.codes) == (404, ["resource_not_found"])
    assert backend.get(ROOT).ok().json == []


def test_list_comes_newest_first_and_in_pages(backend: Backend, clock: Clock) -> None:
    for number in range(12):
        backend.post(ROOT, url=f"my-app://{number}").ok()
        clock.advance(seconds=1)
    names = [each["url"].rpartition("/")[2] for each in backend.get(ROOT).ok().json]
    assert names == [str(number) for number in range(11, 1, -1)]
    page = backend.get(ROOT, limit=2, offset=10, paginated=True).ok().json
    assert page["total_count"] == 12
    assert [each["url"] for each in page["data"]] == ["my-app://1", "my-app://0"]
    for query in ({"limit": 0}, {"limit": 501}, {"offset": -1}):
        assert backend.get(ROOT, **query).status == 422


@pytest.mark.parametrize("url", OF_APPS)
def test_address_of_an_app_is_kept_as_it_is_spelled(backend: Backend, url: str) -> None:
    assert backend.post(ROOT, url=url).ok().json["url"] == url


def test_no_address_is_listed_twice(backend: Backend, make_instance: Make) -> None:
    backend.post(ROOT, url="my-app://callback").ok()
    again = backend.post(ROOT, url="my-app://callback")
    assert (again.status, again.codes, again.params) == (400, ["duplicate_record"], ["url"])
    # As spelled: another letter is another address, and another instance another list.
    backend.post(ROOT, url="my-app://Callback").ok()
    with make_instance().backend() as other:
        other.post(ROOT, url="my-app://callback").ok()


def test_list_has_an_end_also_for_many_at_once(instance: Tenant, backend: Backend) -> None:
    sql = """
        insert into redirect_urls (id, instance_id, url, created_at, updated_at)
        select 'ru_' || $1 || n, $1, 'my-app://' || n, 0, 0 from generate_series(1, 498) n
        returning 1
    """
    instance.harness.run(instance.harness.open.db.value(sql, instance.id))
    replies = at_once(4, lambda number: backend.post(ROOT, url=f"more://{number}"))
    assert sorted(each.status for each in replies) == [200, 200, 403, 403]
    refused = [each.codes for each in replies if each.status == 403]
    assert refused == [["quota_exceeded"]] * 2


def test_deleted_address_makes_room(backend: Backend) -> None:
    made = backend.post(ROOT, url="my-app://callback").ok().json
    backend.delete(f"{ROOT}/{made['id']}").ok()
    assert backend.post(ROOT, url="my-app://callback").ok().json["id"] != made["id"]


def test_wrong_bodies_are_refused(backend: Backend) -> None:
    for body, code in (
        ({}, "form_param_missing"),
        ({"url": None}, "form_param_type_invalid"),
        ({"url": 5}, "form_param_type_invalid"),
        ({"url": f"my-app://{'a' * 2_048}"}, "form_param_max_length_exceeded"),
        ({"url": ""}, "form_param_format_invalid"),
    ):
        reply = backend.post(ROOT, **body)
        assert (reply.status, reply.codes, reply.params) == (422, [code], ["url"]), body


def test_redirect_url_is_no_origin(backend: Backend, instance: Tenant, browser: Browser) -> None:
    backend.post(ROOT, url="https://partner.test/callback").ok()
    partner = instance.browser(origin="https://partner.test")
    assert partner.get("/v1/client").codes == ["origin_invalid"]
    for endpoint in ("/v1/client/handshake", "/v1/redirect"):
        reply = browser.get(endpoint, redirect_url="https://partner.test/callback")
        assert reply.codes == ["resource_missmatch"]
