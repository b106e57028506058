"""Nothing that a request says is without bounds."""

from collections.abc import Iterator
from typing import cast

import msgspec.inspect as shapes

from hallporter.contract.texts import MAX_BYTES, GivenSecret
from hallporter.contract.upload import Upload
from hallporter.main import operations


def test_every_text_list_and_object_of_an_input_is_bounded() -> None:
    inputs = {shape for each in operations() for shape in (each.body, each.query) if shape}
    assert len(inputs) > 50
    unbounded = [
        f"{shape.__module__}.{shape.__name__}: {place}"
        for shape in inputs - {Upload}
        for field in cast("shapes.StructType", shapes.type_info(shape)).fields
        for place in _unbounded(field.type, field.encode_name, is_weighed=_is_weighed(field.type))
    ]
    assert sorted(unbounded) == []


def _unbounded(type: shapes.Type, place: str, *, is_weighed: bool) -> Iterator[str]:
    """Yield what has no end; a field is weighed as a whole, what is inside of it is not."""
    match type:
        case shapes.StructType(fields=fields):
            for field in fields:
                yield from _unbounded(
                    field.type, f"{place}.{field.encode_name}", is_weighed=is_weighed
                )
        case shapes.UnionType(types=types):
            for each in types:
                yield from _unbounded(each, place, is_weighed=is_weighed)
        case shapes.ListType(item_type=item, max_length=most):
            if most is None:
                yield place
            yield from _unbounded(item, f"{place}[]", is_weighed=is_weighed)
        case shapes.Metadata(type=inner):
            yield from _unbounded(inner, place, is_weighed=is_weighed)
        case shapes.DictType() | shapes.AnyType() if is_weighed:
            pass
        case _ if not _is_bounded(type):
            yield place
        case _:
            pass


def _is_weighed(type: shapes.Type) -> bool:
    if isinstance(type, shapes.UnionType):
        return any(_is_weighed(each) for each in type.types)
    if not isinstance(type, shapes.Metadata):
        return False
    extra = type.extra or {}  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # msgspec does not say of what
    return MAX_BYTES in extra


def _is_bounded(type: shapes.Type) -> bool:
    match type:
        case shapes.StrType(max_length=most):
            return most is not None
        case shapes.IntType(ge=least, le=most):
            return least is not None and most is not None
        case shapes.CustomType(cls=cls):
            return issubclass(cls, GivenSecret) and cls.longest > 0
        case _:
            return isinstance(type, shapes.BoolType | shapes.NoneType | shapes.LiteralType)
