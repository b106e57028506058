"""Trusted devices."""

from tests import devices
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    app, phone = devices.App(walker.tenant, walker.version), devices.Device()
    walker.recorder.listen(app)
    account = app.sign_up()
    devices.enrol(app, phone)
    app.get(devices.ROOT).ok()
    app.sign_out()
    app.post("/v1/client/trusted_devices/validate", trusted_device_id=phone.id).ok()
    path, challenge = devices.ask(app, phone)
    app.post(
        f"{path}/prepare_first_factor", strategy="trusted_device", trusted_device_id=phone.id
    ).ok()
    devices.sign_in(app, phone, path, challenge)
    devices.sign_in(app, phone, *devices.ask(app, phone)).ok()
    theirs = f"/v1/users/{account.user_id}/trusted_devices"
    walker.backend.get(theirs).ok()
    app.post(f"{devices.ROOT}/{phone.id}", _method="DELETE").ok()
    another = devices.Device()
    devices.enrol(app, another)
    walker.backend.delete(f"{theirs}/{another.id}").ok()


def ids(victim: Victim) -> dict[str, str]:
    """A device that may sign the victim in."""
    victim.tenant.update(trusted_device__sign_in=True)
    app, device = devices.App(victim.tenant), devices.Device()
    app.sign_in(victim.account.email_address).ok()
    return {"trusted_device_id": devices.enrol(app, device)["id"]}


PART = Part((walk,), ids)
