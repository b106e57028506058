"""A package for each resource of the API, with modules of the same names in each.

`rows` are its tables, `store` its statements, `actions` its rules, `views` its objects on the wire;
`backend` and `frontend` are its operations, each a typed function. The layers between these modules
are checked by import-linter (`pyproject.toml`).
"""
