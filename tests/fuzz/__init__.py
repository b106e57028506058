"""Whatever is sent to whichever operation, no answer is a fault of the server's.

`FUZZ_SECONDS=600 make test ARGS=tests/fuzz` tries for as long as you like.
"""
