"""What a line on the command line is understood against: the desk as it is now."""

import time

from core.memory import numpy_cell
from station.language.situation import Situation
from station.link.attach import Attachment
from station.link.health import delay_views
from station.link.snapshots import Snapshots


def situation_of(attachment: Attachment) -> Situation:
    snapshots = Snapshots(attachment.memory, attachment.header.wall_offset_ns, attachment.rates)
    health = numpy_cell.read(attachment.memory.cells("health"), 0)
    now_ns = time.monotonic_ns()
    return Situation(
        instruments=snapshots.instruments(),
        book=snapshots.book,
        orders=snapshots.orders(),
        positions=snapshots.positions(),
        risk=snapshots.risk(),
        now_ns=now_ns,
        wall_ns=now_ns + attachment.header.wall_offset_ns,
        delays=delay_views(health) if health is not None else (),
        signals=snapshots.signals,
    )
