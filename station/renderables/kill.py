"""The kill report: where each venue stands, then every try with its answer, the newest at the bottom."""

from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.row import Row, fill, left, plain, right
from station.views.kill import KillStepView, KillVenueView, KillView

Part = tuple[str, Style]
VENUE, STATE, WHAT = 16, 14, 9


def kill_rows(view: KillView | None, *, paint: Paint, width: int, height: int) -> list[Row]:
    if view is None:
        return _whole([[(" No halt has left a report.", paint.muted)]], paint, width, height)
    lines = [_heading(view, paint)]
    lines += [_venue(venue, paint) for venue in view.venues] or [[(" no venue has been asked yet", paint.warning)]]
    lines.append([("", paint.text)])
    room = max(0, height - len(lines))
    lines += [_step(step, paint) for step in view.steps[len(view.steps) - min(room, len(view.steps)) :]]
    return _whole(lines, paint, width, height)


def _heading(view: KillView, paint: Paint) -> list[Part]:
    over = " · re-armed" if view.is_over else ""
    return [(f" {plain(view.reason)}", paint.strong), (f" · {_time(view.elapsed_ms)}{over}", paint.muted)]


def _venue(venue: KillVenueView, paint: Paint) -> list[Part]:
    chosen = paint.up if venue.is_proven else paint.warning_bold
    listed = "not listed yet" if venue.open_orders < 0 else f"{venue.open_orders} open"
    return [
        (f" {'●' if venue.is_proven else '○'} ", chosen),
        (left(plain(venue.venue), VENUE), paint.text),
        (left(venue.state, STATE), chosen),
        (f" {listed}, {venue.cancels} cancels", paint.muted),
        (f"  {_time(venue.after_ms)}", paint.text),
    ]


def _step(step: KillStepView, paint: Paint) -> list[Part]:
    is_proof, is_fault = step.what in ("clean", "flat"), step.what == "fault"
    chosen = paint.up if is_proof else paint.halted if is_fault else paint.muted
    took = f" ({step.took_ms:.1f} ms)" if step.took_ms >= 0 else ""
    return [
        (f" {right(_time(step.after_ms), 9)}  ", paint.muted),
        (left(step.what, WHAT), chosen),
        (f" {plain(step.venue)}: " if step.venue else " ", paint.text),
        (f"{plain(step.text)}{took}", paint.text),
        (f"  {plain(step.by)}", paint.muted),
    ]


def _time(after_ms: float) -> str:
    return f"{after_ms:.1f} ms" if abs(after_ms) < 10_000 else f"{after_ms / 1000:.1f} s"


def _whole(lines: list[list[Part]], paint: Paint, width: int, height: int) -> list[Row]:
    lines = [*lines, *([[("", paint.text)]] * max(0, height - len(lines)))]
    return [fill(line, width, paint.text) for line in lines[:height]]
