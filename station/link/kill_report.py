"""The kill report of a halt as a view: read from its file, which every process of the desk writes to."""

from pathlib import Path

from feeds.kill_report import (
    CANCEL,
    CLEAN,
    CLOSE,
    FAULT,
    FLAT,
    HALT,
    HELD,
    OPEN,
    REARMED,
    SEEN,
    Step,
    read_steps,
    reports_of,
)
from station.views.kill import KillStepView, KillVenueView, KillView

FLATTEN = "· flatten"
STATES = {
    SEEN: "cancelling",
    OPEN: "cancelling",
    CANCEL: "cancelling",
    CLEAN: "nothing open",
    HELD: "closing",
    CLOSE: "closing",
    FLAT: "flat",
    FAULT: "not answering",
}
STOPS_LEFT = "stops left"
"""Instead of "nothing open": protective stops stay when nobody meant the halt (feeds/standing_down.py)."""


class KillReports:
    """Of one desk; a file is read again when it has grown."""

    def __init__(self, root: Path) -> None:
        """`root`: the folder of the desk."""
        self._root = root
        self._known: tuple[Path, int] | None = None
        self._view: KillView | None = None

    def newest(self) -> KillView | None:
        """The same object until something was added."""
        paths = reports_of(self._root)
        if not paths:
            return None
        size = paths[0].stat().st_size
        if (paths[0], size) != self._known:
            self._view = view_of(paths[0])
            self._known = (paths[0], size)
        return self._view


def view_of(path: Path) -> KillView:
    """Raises OSError."""
    steps = read_steps(path)
    halts = [step for step in steps if step.what == HALT]
    began = halts[0] if halts else steps[0] if steps else Step(0, "", 0, HALT)
    venues = dict.fromkeys(step.venue for step in steps if step.venue)
    flatten = any(FLATTEN in step.text for step in halts)
    return KillView(
        name=path.name,
        reason=began.text,
        said_by=began.by,
        flatten=flatten,
        at_wall_ns=began.at_wall_ns,
        elapsed_ms=_after(steps[-1], began) if steps else 0.0,
        is_over=any(step.what == REARMED for step in steps),
        venues=tuple(_venue(venue, [s for s in steps if s.venue == venue], began, flatten) for venue in venues),
        steps=tuple(
            KillStepView(
                _after(step, began), f"{step.by} ({step.pid})", step.venue, step.what, _text(step), step.took_ms
            )
            for step in steps
        ),
    )


def _venue(venue: str, steps: list[Step], began: Step, flatten: bool) -> KillVenueView:
    telling = [step for step in steps if step.what in STATES]
    last = telling[-1] if telling else None
    listed = [step for step in steps if step.what in (OPEN, CLEAN)]
    wanted = FLAT if flatten else CLEAN
    # A flatten cancels once more at its end: what was proven stays so until something is listed again.
    proofs = [step for step in steps if step.what == wanted]
    state = STATES[last.what] if last is not None else "cancelling"
    if last is not None and proofs and last.what in (wanted, CLEAN):
        state = STOPS_LEFT if last.count > 0 else STATES[wanted]
    return KillVenueView(
        venue=venue,
        state=state,
        is_proven=bool(proofs and listed) and (listed[-1].count == 0 or listed[-1].what == CLEAN),
        open_orders=listed[-1].count if listed else -1,
        cancels=sum(step.what == CANCEL for step in steps),
        after_ms=_after(proofs[-1] if proofs else steps[-1], began),
    )


def _text(step: Step) -> str:
    parts = (f"order {step.order}" if step.order else "", f"{step.count} open" if step.what == OPEN else "", step.text)
    return ": ".join(part for part in parts if part)


def _after(step: Step, began: Step) -> float:
    return (step.at_wall_ns - began.at_wall_ns) / 1e6
