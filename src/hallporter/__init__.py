"""Authentication and user management that speaks Clerk's API, on your own machine.

Other programs may rely on the HTTP APIs and on the command line (`hallporter --help`). What is
inside the package may change with each release; docs/architecture.md says where everything is:

- `main` puts everything together; `cli` is the command line; `pages` is for people and browsers.
- `features` holds a package for each resource, from its operations to its statements.
- `edge` is HTTP; `versions` are older API versions; `tokens` and `delivery` sign, and reach others.
- `contract` is what outsiders see, as data; `core` knows nothing of Clerk.
- `migrations` is the schema.
"""
