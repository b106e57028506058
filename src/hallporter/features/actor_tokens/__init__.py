"""Actor tokens: a server lets somebody act in a user's place, and everybody can tell."""
