"""docs/operating/settings.md, drawn from the settings themselves."""
