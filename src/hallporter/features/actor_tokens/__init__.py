"""Actor tokens: a server lets somebody impersonate a user, and tokens show who acts."""
