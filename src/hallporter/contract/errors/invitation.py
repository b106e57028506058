"""Invitations, the waitlist, and the lists of who may sign up."""

from hallporter.contract.api_error import ErrorKind

not_found = ErrorKind(
    404, "resource_not_found", "Invitation not found", "There is no invitation with this id."
)
duplicate = ErrorKind(
    400,
    "duplicate_record",
    "Invited already",
    "An invitation for {email_address} is pending; `ignore_existing` makes another.",
)
already_accepted = ErrorKind(
    400,
    "invitation_already_accepted",
    "Accepted already",
    "This invitation was accepted; sign in instead.",
)
account_exists = ErrorKind(
    400,
    "invitation_account_exists",
    "There is an account",
    "Whoever was invited has an account by now; sign in instead.",
)
account_not_exists = ErrorKind(
    400,
    "invitation_account_not_exists",
    "There is no account",
    "No account has proved the address of this invitation to be its own.",
)
revoked = ErrorKind(400, "revoked_invitation", "Revoked", "This invitation was revoked.")
already_revoked = ErrorKind(
    400, "invitation_already_revoked", "Revoked already", "This invitation was revoked before."
)
entry_not_found = ErrorKind(
    404, "resource_not_found", "Entry not found", "There is no waitlist entry with this id."
)
entry_not_open = ErrorKind(
    409,
    "waitlist_entry_not_open",
    "Not possible now",
    "A waitlist entry that is {status} does not take this step.",
)
no_waitlist = ErrorKind(
    403,
    "waitlist_not_accepting_entries",
    "No waitlist",
    "This instance does not keep a waitlist.",
)
listed_already = ErrorKind(
    400, "duplicate_record", "Listed already", "The list holds this identifier."
)
identifier_not_found = ErrorKind(
    404, "resource_not_found", "Identifier not found", "The list holds no identifier with this id."
)
