"""What the onlooker is told at its start."""

import msgspec


class FlowSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    wall_offset_ns: int
    """Wall clock minus the desk's clock."""
