"""The directory: the instances as they are in memory, with all that requests need of them."""
