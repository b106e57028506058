"""Clerk's published OpenAPI documents, where they are at hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, cast

import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from hallporter.contract.api_version import ApiVersion
from hallporter.edge.operation import Api, Operation
from tests.contract import published

_METHODS = ("get", "post", "put", "patch", "delete")
_URI = "urn:document"
_UNTAGGED = "Untagged"
# A message begins with the value that is wrong, and ends with what is wrong about it.
_LONGEST = 100
_ALTERNATIVES = frozenset({"allOf", "anyOf", "oneOf"})
Key = tuple[str, str]
# By name, because the packages it is made of have no types.
_VALIDATOR: Any = import_module("openapi_schema_validator").OAS30ReadValidator


@dataclass(frozen=True)
class Documented:
    """An operation as a document has it."""

    method: str
    path: str
    operation_id: str
    tag: str
    responses: dict[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """The operationId in snake_case."""
        # One word each, as everybody writes it.
        spelled = self.operation_id.replace("OAuth", "Oauth").replace("URLs", "Urls")
        words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", spelled)
        return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", words).lower()


class Document:
    """One API at one date."""

    def __init__(self, api: Api, content: dict[str, Any]) -> None:
        self._content = content
        self._registry = Registry[Any]().with_resource(
            _URI, Resource(contents=content, specification=DRAFT4)
        )
        # The Backend API's paths leave out what all of them begin with.
        prefix = "/v1" if api == "backend" else ""
        self.operations = {key(each.method, each.path): each for each in self._read(prefix)}

    def _read(self, prefix: str) -> Iterator[Documented]:
        for path, methods in self._content["paths"].items():
            for method, operation in methods.items():
                if method in _METHODS:
                    yield Documented(
                        method=method.upper(),
                        path=prefix + path,
                        operation_id=operation["operationId"],
                        tag=operation.get("tags", [_UNTAGGED])[0],
                        responses=operation["responses"],
                    )

    def of(self, operation: Operation) -> Documented | None:
        """Return the document's entry for one of our operations."""
        return self.operations.get(key(operation.method, operation.path))

    def violations(
        self, documented: Documented, status: int, content_type: str, body: object
    ) -> list[str]:
        """Return what the document does not allow in a reply, each with the place it is at."""
        response = self._response(documented, status)
        if response is None:
            return [f"status {status} is not in the document"]
        content = response.get("content", {})
        if not content or status in (204, 307):
            return []
        if content_type not in content:
            return [f"content type {content_type} is not in the document"]
        schema = content[content_type].get("schema")
        return [] if schema is None else sorted(set(self._violations(schema, body)))

    def _response(self, documented: Documented, status: int) -> dict[str, Any] | None:
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in documented.responses:
                return self._resolved(documented.responses[name])
        return None

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            pointer: str = node["$ref"]
            node = self._content
            for part in pointer.removeprefix("#/").split("/"):
                node = node[part]
        return node

    def _violations(self, schema: dict[str, Any], body: object) -> Iterator[str]:
        validator = _VALIDATOR(_located(schema), registry=self._registry)
        for error in validator.iter_errors(body):
            yield _in_words(error)


@cache
def load(api: Api, version: ApiVersion) -> Document | None:
    """Return a document, or None where they are not at hand."""
    at = published.folder()
    if at is None:
        return None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (at / version / f"{api}.yml").read_text()
    return Document(api, _meant(yaml.load(text, Loader=loader)))


def key(method: str, path: str) -> Key:
    """Return what tells operations apart: the names of path parameters do not."""
    return method.upper(), re.sub(r"{\w+}", "{}", path)


def _meant(node: Any) -> Any:
    """Return a part of a document with its nulls allowed where it says `nullable`.

    To the letter (OpenAPI 3.0.3, "Schema Object") a nullable schema that refers to another refuses
    null if that other does; the documents mean it, and the SDKs made from them expect it.
    """
    match node:
        case {"nullable": True, **rest} if _ALTERNATIVES.intersection(rest):
            return {"anyOf": [{"enum": [None], "nullable": True}, _meant(rest)]}
        case dict():
            members = cast("dict[str, Any]", node)
            return {name: _meant(value) for name, value in members.items()}
        case list():
            return [_meant(each) for each in cast("list[Any]", node)]
        case _:
            return node


def _located(node: Any) -> Any:
    """Return a schema with its references pointing into the registered document."""
    match node:
        case {"$ref": str(pointer)}:
            return {"$ref": _URI + pointer}
        case dict():
            members = cast("dict[str, Any]", node)
            return {name: _located(value) for name, value in members.items()}
        case list():
            return [_located(each) for each in cast("list[Any]", node)]
        case _:
            return node


def _in_words(error: Any) -> str:
    while error.context:
        # Of several alternatives, the one that went deepest was meant.
        error = min(error.context, key=lambda each: (-len(each.absolute_path), len(each.message)))
    # Items of a list are alike: what matters is which field it is.
    parts = ["[]" if isinstance(part, int) else str(part) for part in error.absolute_path]
    return f"{'.'.join(parts)}: {error.message[-_LONGEST:]}"
