"""What users change of themselves in Clerk's own `<UserProfile/>`."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.stories import WORDS, Begin, address_of
from tests.house import TEST_CODE, new_address, new_number
from tests.pictures import encoded

NO_PICTURE = "File type not supported. Please upload a JPG, PNG, GIF, or WEBP image."
PHONES = {"attributes__phone_number__enabled": True}
USERNAMES = {"attributes__username__enabled": True}
PROVED = (
    "Clerk.user.emailAddresses.filter((each) => each.verification.status === 'verified').length"
)
PROVED_NUMBERS = PROVED.replace("emailAddresses", "phoneNumbers")
ADDRESSES = "Clerk.user.emailAddresses.map((each) => each.emailAddress)"


def test_name_and_picture_change(begin: Begin, tmp_path: Path) -> None:
    story = begin()
    story.be_at_profile(story.app.create_user())
    story.shoot("profile")
    story.press("Update profile")
    picture = tmp_path / "me.png"
    picture.write_bytes(encoded(size=(400, 300)))
    story.page.locator("input[type=file]").set_input_files(picture)
    story.wait("Clerk.user.hasImage")
    story.press("Update profile")
    story.fill("First name", "Ada")
    story.fill("Last name", "Lovelace")
    story.shoot("profile-update")
    story.press("Save")
    story.see("Ada Lovelace")
    shown = story.page.locator(f"img[src='{story.js('Clerk.user.imageUrl')}']").first
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") == 400
    story.shoot("profile-named")


def test_what_is_no_picture_is_refused_and_what_is_one_is_removed(
    begin: Begin, tmp_path: Path
) -> None:
    story = begin()
    story.be_at_profile(story.app.create_user())
    story.press("Update profile")
    upload = story.page.locator("input[type=file]")
    remove = story.page.get_by_role("button", name="Remove", exact=True)
    expect(remove).to_have_count(0)
    text, fake, picture = (tmp_path / name for name in ("me.txt", "fake.png", "me.png"))
    # Of what is one by its name only the server can tell.
    fake.write_text("not a picture")
    upload.set_input_files(fake)
    story.error_of_card(NO_PICTURE)
    story.shoot("profile-no-picture")
    story.press("Cancel")
    story.rest()
    story.press("Update profile")
    text.write_text("not a picture either")
    upload.set_input_files(text)
    story.error_of_card(NO_PICTURE)
    assert not story.js("Clerk.user.hasImage")
    picture.write_bytes(encoded(size=(400, 300)))
    upload.set_input_files(picture)
    story.wait("Clerk.user.hasImage")
    story.rest()
    story.press("Update profile")
    remove.click()
    story.wait("!Clerk.user.hasImage")


def test_a_name_that_is_too_long_is_told_at_its_field(begin: Begin) -> None:
    story = begin()
    story.be_at_profile(story.app.create_user())
    story.press("Update profile")
    story.fill("First name", "A" * 300)
    story.fill("Last name", "Lovelace")
    story.press("Save")
    story.error_at("firstName", "First name may have at most 256 characters.")
    story.shoot("profile-name-too-long")
    assert story.js("Clerk.user.lastName") is None


def test_an_address_is_added_made_the_first_and_the_other_removed(begin: Begin) -> None:
    story = begin()
    ada, other = story.app.create_user(), new_address()
    taken = address_of(story.app.create_user())
    story.be_at_profile(ada)
    story.press("Add email address")
    story.fill("Email address", taken)
    story.press("Add")
    story.error_at("emailAddress", WORDS["form_identifier_exists__email_address"])
    story.shoot("profile-email-taken")
    story.fill("Email address", other)
    story.press("Add")
    story.see("verification code")
    story.shoot("profile-email-code")
    story.enter_code("000000")
    story.error_at_code(WORDS["form_code_incorrect"])
    story.enter_code(TEST_CODE)
    story.wait(f"{PROVED} === 2")
    story.choose("emailAddresses", other, "Set as primary")
    story.wait(f"Clerk.user.primaryEmailAddress.emailAddress === '{other}'")
    story.shoot("profile-email-primary")
    story.choose("emailAddresses", address_of(ada), "Remove email")
    story.shoot("profile-email-remove")
    story.press("Remove")
    story.wait("Clerk.user.emailAddresses.length === 1")
    assert story.js(ADDRESSES) == [other]


def test_a_number_is_added_and_removed(begin: Begin) -> None:
    story, number = begin(**PHONES), new_number()
    story.be_at_profile(story.app.create_user())
    story.press("Add phone number")
    story.fill("Phone number", number[2:])
    story.shoot("profile-phone")
    story.press("Add")
    story.see("verification code")
    story.shoot("profile-phone-code")
    story.enter_code(TEST_CODE)
    story.wait("Clerk.user.primaryPhoneNumber !== null")
    story.shoot("profile-phone-added")
    story.choose("phoneNumbers", "+1", "Remove phone number")
    story.press("Remove")
    story.wait("Clerk.user.phoneNumbers.length === 0")


def test_a_number_is_made_the_first_and_the_other_removed(begin: Begin) -> None:
    story, first, second = begin(**PHONES), new_number(), new_number()
    taken = new_number()
    story.app.create_user(phone_number=[taken])
    story.be_at_profile(story.app.create_user(phone_number=[first]))
    story.press("Add phone number")
    story.fill("Phone number", taken[2:])
    story.press("Add")
    story.error_at("phoneNumber", WORDS["form_identifier_exists__phone_number"])
    story.shoot("profile-phone-taken")
    story.fill("Phone number", second[2:])
    story.press("Add")
    story.see("verification code")
    story.enter_code(TEST_CODE)
    story.wait(f"{PROVED_NUMBERS} === 2")
    story.choose("phoneNumbers", second[-4:], "Set as primary")
    story.wait(f"Clerk.user.primaryPhoneNumber.phoneNumber === '{second}'")
    story.shoot("profile-phone-primary")
    story.choose("phoneNumbers", first[-4:], "Remove phone number")
    story.press("Remove")
    story.wait("Clerk.user.phoneNumbers.length === 1")
    assert story.js("Clerk.user.phoneNumbers[0].phoneNumber") == second


def test_what_was_added_is_proved_another_day(begin: Begin) -> None:
    story, address, number = begin(**PHONES), new_address(), new_number()
    story.be_at_profile(story.app.create_user())
    for kind, text in (("Email address", address), ("Phone number", number[2:])):
        story.press(f"Add {kind.lower()}")
        story.fill(kind, text)
        story.press("Add")
        story.see("Enter the verification code sent to")
        story.rest()
        story.press("Cancel")
        story.rest()
    story.shoot("profile-unverified")
    story.choose("emailAddresses", address, "Verify")
    story.enter_code(TEST_CODE)
    story.wait(f"{PROVED} === 2")
    story.choose("phoneNumbers", number[-4:], "Verify phone number")
    story.enter_code(TEST_CODE)
    story.wait(f"{PROVED_NUMBERS} === 1")


def test_a_username_is_set(begin: Begin) -> None:
    story = begin(**USERNAMES)
    story.app.create_user(username="grace")
    story.be_at_profile(story.app.create_user())
    story.press("Set username")
    story.fill("Username", "grace")
    story.press("Save")
    story.error_at("username", WORDS["form_identifier_exists__username"])
    story.shoot("profile-username")
    story.fill("Username", "ada_l")
    story.press("Save")
    story.wait("Clerk.user.username === 'ada_l'")
