"""Where a user's picture is."""

from hallporter.contract.ids import ProfileImageId
from hallporter.contract.portraits import placeholder
from hallporter.contract.scope import Scope
from hallporter.features.users.rows import UserDetailsRow


def shown(scope: Scope, user: UserDetailsRow) -> str:
    """Return the address of a user's picture, drawn by us where there is none."""
    id = user.profile_image_id
    return placeholder(user.id) if id is None else url(scope, id)


def url(scope: Scope, id: ProfileImageId) -> str:
    """Return the address of an uploaded picture."""
    return f"{scope.public_url}/v1/images/{id}"
