"""How far a reader walks to follow a sign-in by password: functions, files, moves between them.

More than a third of it is the client that every reply of the Frontend API holds, and six functions
write down what has happened. A number that has to go up is a decision.
"""

from benchmarks import walk
from benchmarks.walk import Walk
from tests.harness import Account, Browser, Reply, Tenant


def test_walk_of_a_sign_in_by_password(instance: Tenant, browser: Browser) -> None:
    account = browser.sign_up()
    found = _walk_of_sign_in(instance, account)
    assert found.functions <= 116, walk.in_words(found)
    assert found.files <= 39, walk.in_words(found)
    assert found.moves <= 77, walk.in_words(found)


def _walk_of_sign_in(instance: Tenant, account: Account) -> Walk:
    """Return the walk of somebody who has signed in before, in a browser that is new here."""
    _sign_in(instance, account).ok()
    with instance.browser() as browser, instance.harness.looking(walk.followed()) as found:
        browser.sign_in(account.email_address).ok()
    return found


def _sign_in(instance: Tenant, account: Account) -> Reply:
    with instance.browser() as browser:
        return browser.sign_in(account.email_address)
