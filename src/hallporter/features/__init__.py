"""The grid: a folder per resource, the same floors in each."""
