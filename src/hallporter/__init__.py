"""Authentication and user management that speaks Clerk's API, on your own machine."""
