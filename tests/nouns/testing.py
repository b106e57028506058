"""What helps others test."""

from tests.nouns.part import Part
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    backend = walker.backend
    backend.post("/v1/testing_tokens").ok()
    backend.post("/v1/testing/clock", action="advance", by=1_000).ok()
    backend.get("/v1/testing/clock").ok()
    backend.post("/v1/testing/clock", action="resume").ok()


PART = Part((walk,))
