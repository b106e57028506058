"""The operations as an OpenAPI document, made from their own types."""

from typing import Any

import msgspec

from hallporter.contract.texts import GivenSecret
from hallporter.contract.upload import Upload
from hallporter.edge.operation import Operation

_TEMPLATE = "#/components/schemas/{name}"
Document = dict[str, Any]


def document(operations: list[Operation]) -> Document:
    """Return what each operation takes; of what it answers only that it may be anything."""
    shapes = {
        shape
        for each in operations
        for shape in (each.body, each.query)
        if shape is not None and shape is not Upload
    }
    ordered = sorted(shapes, key=lambda shape: f"{shape.__module__}.{shape.__name__}")
    schemas, components = msgspec.json.schema_components(
        ordered, schema_hook=_secret, ref_template=_TEMPLATE
    )
    by_shape = dict(zip(ordered, schemas, strict=True))
    paths: Document = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(
            each, by_shape, components
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "hallporter", "version": "0"},
        "paths": paths,
        "components": {"schemas": components},
    }


def _secret(shape: type) -> Document:
    if issubclass(shape, GivenSecret):
        return {"type": "string", "maxLength": shape.longest}
    raise TypeError("no shape of an input")


def _operation(each: Operation, by_shape: dict[Any, Any], components: Document) -> Document:
    said: Document = {"operationId": each.name, "responses": {"default": {"description": "any"}}}
    said["parameters"] = [_in_path(name) for name in _names(each.path)]
    if each.query is not None:
        said["parameters"] += _in_query(by_shape[each.query], components)
    if each.body is not None and each.body is not Upload:
        schema = by_shape[each.body]
        said["requestBody"] = {
            "content": {
                kind: {"schema": schema}
                for kind in ("application/json", "application/x-www-form-urlencoded")
            }
        }
    return said


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _in_path(name: str) -> Document:
    schema = {"type": "string", "minLength": 1, "maxLength": 64}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(schema: Document, components: Document) -> list[Document]:
    shape = components[schema["$ref"].rpartition("/")[2]]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in shape.get("required", []),
            "schema": field,
        }
        for name, field in shape["properties"].items()
    ]
