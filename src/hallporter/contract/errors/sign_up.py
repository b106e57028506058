"""Sign-up attempts."""

from hallporter.contract.problem import Problem

not_found = Problem(
    404, "resource_not_found", "Sign-up not found", "This client has no such sign-up under way."
)
restricted = Problem(
    403, "sign_up_mode_restricted", "Sign-ups are closed", "This instance takes no new sign-ups."
)
not_allowed_now = Problem(
    400,
    "sign_up_step_invalid",
    "Not possible now",
    "A sign-up that is {status} does not take this step.",
)
