"""What users change of themselves in Clerk's own `<UserProfile/>`."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.scenarios import WORDS, Begin, address_of
from tests.harness import TEST_CODE, new_address, new_number
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
    scenario = begin()
    scenario.be_at_profile(scenario.app.create_user())
    scenario.screenshot("profile")
    scenario.press("Update profile")
    picture = tmp_path / "me.png"
    picture.write_bytes(encoded(size=(400, 300)))
    scenario.page.locator("input[type=file]").set_input_files(picture)
    scenario.wait("Clerk.user.hasImage")
    scenario.press("Update profile")
    scenario.fill("First name", "Ada")
    scenario.fill("Last name", "Lovelace")
    scenario.screenshot("profile-update")
    scenario.press("Save")
    scenario.see("Ada Lovelace")
    shown = scenario.page.locator(f"img[src='{scenario.js('Clerk.user.imageUrl')}']").first
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") == 400
    scenario.screenshot("profile-named")


def test_what_is_no_picture_is_refused_and_what_is_one_is_removed(
    begin: Begin, tmp_path: Path
) -> None:
    scenario = begin()
    scenario.be_at_profile(scenario.app.create_user())
    scenario.press("Update profile")
    upload = scenario.page.locator("input[type=file]")
    remove = scenario.page.get_by_role("button", name="Remove", exact=True)
    expect(remove).to_have_count(0)
    text, fake, picture = (tmp_path / name for name in ("me.txt", "fake.png", "me.png"))
    # Of what is one by its name only the server can tell.
    fake.write_text("not a picture")
    upload.set_input_files(fake)
    scenario.error_of_card(NO_PICTURE)
    scenario.screenshot("profile-no-picture")
    scenario.press("Cancel")
    scenario.rest()
    scenario.press("Update profile")
    text.write_text("not a picture either")
    upload.set_input_files(text)
    scenario.error_of_card(NO_PICTURE)
    assert not scenario.js("Clerk.user.hasImage")
    picture.write_bytes(encoded(size=(400, 300)))
    upload.set_input_files(picture)
    scenario.wait("Clerk.user.hasImage")
    scenario.rest()
    scenario.press("Update profile")
    remove.click()
    scenario.wait("!Clerk.user.hasImage")


def test_a_name_that_is_too_long_is_told_at_its_field(begin: Begin) -> None:
    scenario = begin()
    scenario.be_at_profile(scenario.app.create_user())
    scenario.press("Update profile")
    scenario.fill("First name", "A" * 300)
    scenario.fill("Last name", "Lovelace")
    scenario.press("Save")
    scenario.error_at("firstName", "First name may have at most 256 characters.")
    scenario.screenshot("profile-name-too-long")
    assert scenario.js("Clerk.user.lastName") is None


def test_an_address_is_added_made_the_first_and_the_other_removed(begin: Begin) -> None:
    scenario = begin()
    ada, other = scenario.app.create_user(), new_address()
    taken = address_of(scenario.app.create_user())
    scenario.be_at_profile(ada)
    scenario.press("Add email address")
    scenario.fill("Email address", taken)
    scenario.press("Add")
    scenario.error_at("emailAddress", WORDS["form_identifier_exists__email_address"])
    scenario.screenshot("profile-email-taken")
    scenario.fill("Email address", other)
    scenario.press("Add")
    scenario.see("verification code")
    scenario.screenshot("profile-email-code")
    scenario.enter_code("000000")
    scenario.error_at_code(WORDS["form_code_incorrect"])
    scenario.enter_code(TEST_CODE)
    scenario.wait(f"{PROVED} === 2")
    scenario.choose("emailAddresses", other, "Set as primary")
    scenario.wait(f"Clerk.user.primaryEmailAddress.emailAddress === '{other}'")
    scenario.screenshot("profile-email-primary")
    scenario.choose("emailAddresses", address_of(ada), "Remove email")
    scenario.screenshot("profile-email-remove")
    scenario.press("Remove")
    scenario.wait("Clerk.user.emailAddresses.length === 1")
    assert scenario.js(ADDRESSES) == [other]


def test_a_number_is_added_and_removed(begin: Begin) -> None:
    scenario, number = begin(**PHONES), new_number()
    scenario.be_at_profile(scenario.app.create_user())
    scenario.press("Add phone number")
    scenario.fill("Phone number", number[2:])
    scenario.screenshot("profile-phone")
    scenario.press("Add")
    scenario.see("verification code")
    scenario.screenshot("profile-phone-code")
    scenario.enter_code(TEST_CODE)
    scenario.wait("Clerk.user.primaryPhoneNumber !== null")
    scenario.screenshot("profile-phone-added")
    scenario.choose("phoneNumbers", "+1", "Remove phone number")
    scenario.press("Remove")
    scenario.wait("Clerk.user.phoneNumbers.length === 0")


def test_a_number_is_made_the_first_and_the_other_removed(begin: Begin) -> None:
    scenario, first, second = begin(**PHONES), new_number(), new_number()
    taken = new_number()
    scenario.app.create_user(phone_number=[taken])
    scenario.be_at_profile(scenario.app.create_user(phone_number=[first]))
    scenario.press("Add phone number")
    scenario.fill("Phone number", taken[2:])
    scenario.press("Add")
    scenario.error_at("phoneNumber", WORDS["form_identifier_exists__phone_number"])
    scenario.screenshot("profile-phone-taken")
    scenario.fill("Phone number", second[2:])
    scenario.press("Add")
    scenario.see("verification code")
    scenario.enter_code(TEST_CODE)
    scenario.wait(f"{PROVED_NUMBERS} === 2")
    scenario.choose("phoneNumbers", second[-4:], "Set as primary")
    scenario.wait(f"Clerk.user.primaryPhoneNumber.phoneNumber === '{second}'")
    scenario.screenshot("profile-phone-primary")
    scenario.choose("phoneNumbers", first[-4:], "Remove phone number")
    scenario.press("Remove")
    scenario.wait("Clerk.user.phoneNumbers.length === 1")
    assert scenario.js("Clerk.user.phoneNumbers[0].phoneNumber") == second


def test_what_was_added_is_proved_another_day(begin: Begin) -> None:
    scenario, address, number = begin(**PHONES), new_address(), new_number()
    scenario.be_at_profile(scenario.app.create_user())
    for kind, text in (("Email address", address), ("Phone number", number[2:])):
        scenario.press(f"Add {kind.lower()}")
        scenario.fill(kind, text)
        scenario.press("Add")
        scenario.see("Enter the verification code sent to")
        scenario.rest()
        scenario.press("Cancel")
        scenario.rest()
    scenario.screenshot("profile-unverified")
    scenario.choose("emailAddresses", address, "Verify")
    scenario.enter_code(TEST_CODE)
    scenario.wait(f"{PROVED} === 2")
    scenario.choose("phoneNumbers", number[-4:], "Verify phone number")
    scenario.enter_code(TEST_CODE)
    scenario.wait(f"{PROVED_NUMBERS} === 1")


def test_a_username_is_set(begin: Begin) -> None:
    scenario = begin(**USERNAMES)
    scenario.app.create_user(username="grace")
    scenario.be_at_profile(scenario.app.create_user())
    scenario.press("Set username")
    scenario.fill("Username", "grace")
    scenario.press("Save")
    scenario.error_at("username", WORDS["form_identifier_exists__username"])
    scenario.screenshot("profile-username")
    scenario.fill("Username", "ada_l")
    scenario.press("Save")
    scenario.wait("Clerk.user.username === 'ada_l'")
