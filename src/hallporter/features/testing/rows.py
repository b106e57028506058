"""How test clocks are stored."""

import msgspec

from hallporter.contract.ids import InstanceId


class TestingClockRow(msgspec.Struct, frozen=True):
    """A row of `testing_clocks`: by how many ms the instance is ahead of real time."""

    instance_id: InstanceId
    ahead_by: int
    updated_at: int
