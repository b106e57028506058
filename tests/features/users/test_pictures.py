"""Users show pictures of themselves."""

import base64

import pytest
from PIL import Image

from tests.harness import Backend, Browser, Tenant
from tests.pictures import PATH, encoded, opened, upload


def test_picture_is_shown_wherever_the_user_is(browser: Browser, backend: Backend) -> None:
    account = browser.sign_up()
    assert not browser.get("/v1/me").body["has_image"]
    uploaded = upload(browser, encoded()).ok()
    assert uploaded.body["object"] == "image"
    url = uploaded.body["public_url"]
    user = uploaded.client["sessions"][0]["user"]
    assert (user["has_image"], user["image_url"], user["profile_image_url"]) == (True, url, url)
    assert uploaded.client["sessions"][0]["public_user_data"]["image_url"] == url
    assert backend.get(f"/v1/users/{account.user_id}").json["has_image"]
    assert url.startswith(f"http://{browser.tenant.host}/~{browser.tenant.slug}/v1/images/img_")


def test_sign_in_shows_whom_it_is_about(instance: Tenant, browser: Browser) -> None:
    account = browser.sign_up()

    def shown() -> tuple[str, bool]:
        begun = instance.browser().post("/v1/client/sign_ins", identifier=account.email_address)
        return begun.ok().body["user_data"]["image_url"], begun.body["user_data"]["has_image"]

    assert shown() == (browser.get("/v1/me").body["image_url"], False)
    assert shown()[0].startswith("data:image/svg+xml,")
    url = upload(browser, encoded()).ok().body["public_url"]
    assert shown() == (url, True)


def test_picture_is_served_to_anybody_for_good_and_runs_nothing(
    instance: Tenant, browser: Browser
) -> None:
    browser.sign_up()
    id = upload(browser, encoded()).ok().body["id"]
    with instance.browser(origin=None) as anybody:
        shown = anybody.get(f"/v1/images/{id}").ok()
    assert opened(shown.response.content).size == (64, 32)
    assert shown.headers["content-type"] == "image/jpeg"
    assert "immutable" in shown.headers["cache-control"]
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert "set-cookie" not in shown.headers


def test_another_picture_has_another_address(browser: Browser) -> None:
    browser.sign_up()
    first = upload(browser, encoded()).ok().body["id"]
    second = upload(browser, encoded(size=(10, 10))).ok().body["id"]
    assert first != second
    assert browser.get(f"/v1/images/{first}").codes == ["image_not_found"]
    assert opened(browser.get(f"/v1/images/{second}").response.content).size == (10, 10)


def test_removed_picture_is_gone(browser: Browser) -> None:
    browser.sign_up()
    id = upload(browser, encoded()).ok().body["id"]
    removed = browser.post(PATH, _method="DELETE").ok()
    assert removed.body == {"object": "image", "id": id, "deleted": True}
    user = removed.client["sessions"][0]["user"]
    assert not user["has_image"]
    assert user["image_url"].startswith("data:image/svg+xml,")
    assert "avatar_placeholder" in user["image_url"]
    assert browser.get(f"/v1/images/{id}").status == 404
    assert browser.post(PATH, _method="DELETE").status == 404


def test_server_takes_a_picture_away(browser: Browser, backend: Backend) -> None:
    account = browser.sign_up()
    id = upload(browser, encoded()).ok().body["id"]
    path = f"/v1/users/{account.user_id}/profile_image"
    user = backend.delete(path).ok().json
    assert (user["id"], user["has_image"]) == (account.user_id, False)
    assert user == backend.get(f"/v1/users/{account.user_id}").ok().json
    assert browser.get(f"/v1/images/{id}").status == 404
    assert backend.delete(path).codes == ["image_not_found"]


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_picture_may_come_as_text(browser: Browser, prefix: str) -> None:
    browser.sign_up()
    text = prefix + base64.b64encode(encoded()).decode()
    headers = {"Content-Type": "application/octet-stream"}
    uploaded = browser.request("POST", PATH, content=text, headers=headers).ok()
    assert uploaded.client["sessions"][0]["user"]["has_image"]


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_other_kinds_of_picture_are_taken(browser: Browser, kind: str) -> None:
    browser.sign_up()
    upload(browser, encoded(kind)).ok()


def test_large_picture_is_made_smaller_and_turned_upright(browser: Browser) -> None:
    browser.sign_up()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of Mallory"
    id = upload(browser, encoded("JPEG", (2_000, 1_000), exif=exif)).ok().body["id"]
    shown = browser.get(f"/v1/images/{id}").response.content
    assert opened(shown).size == (512, 1_024)
    assert b"Mallory" not in shown


def test_request_without_a_picture_is_told(browser: Browser) -> None:
    browser.sign_up()
    other = browser.request("POST", PATH, files={"other": ("me.png", encoded(), "image/png")})
    empty = browser.request("POST", PATH)
    for reply in (other, empty):
        assert (reply.status, reply.params) == (422, ["file"])
