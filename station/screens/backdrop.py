"""What is seen of the desk behind a dialog: its rows in the dialog's tint, and of a frame only the cells that changed.

Textual has rich render the screen below anew whenever a cell of it changes, and then writes all of it: 60 to 100 ms of
processor time and 6 kB a frame, for as long as a dialog is open. Here rows are taken as they were drawn, and a style is
tinted once.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Generic

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.strip import Strip

from station.renderables.row import Row
from station.widgets.canvas import Canvas
from station.widgets.row_strip import RowStrip


@lru_cache(maxsize=4_096)
def tinted(style: Style | None, tint: Color) -> Style | None:
    """As Textual does it."""
    (segment,) = BackgroundScreen.process_segments((Segment(" ", style),), tint)
    return segment.style


class SeenBehind(Screen[ScreenResultType], Generic[ScreenResultType]):
    """A screen of canvases, which is seen behind a dialog."""

    def canvases(self) -> list[tuple[Region, Canvas]]:
        """In sight, from the left."""
        visible = self._compositor.visible_widgets
        found = [(region, one) for one, (region, _) in visible.items() if isinstance(one, Canvas)]
        return sorted(found, key=lambda place: place[0].x)

    def _compositor_refresh(self) -> None:
        stack, compositor = self.app.screen_stack, self._compositor
        top = stack[-1]
        if not (isinstance(top, Backdrop) and self in self.app._background_screens and stack[-2] is self):
            super()._compositor_refresh()  # ours alone, or behind two dialogs: of those Textual draws the upper one
            return
        if compositor._dirty_regions:
            top.changed_behind(compositor._dirty_regions)
        compositor._dirty_regions.clear()
        self._dirty_widgets.clear()


class Backdrop(ModalScreen[ScreenResultType], Generic[ScreenResultType]):
    """A dialog over such a screen."""

    def __init__(self) -> None:
        super().__init__()
        self._tinted: dict[tuple[Canvas, int], tuple[Row, Color, Row]] = {}
        """A canvas's line, as it was and as it is shown here"""

    def changed_behind(self, regions: Iterable[Region]) -> None:
        self._repaint_regions.update(regions)
        self._dirty_widgets.add(self)
        self.check_idle()

    def render_lines(self, crop: Region) -> list[Strip]:
        stack, tint = self.app.screen_stack, self.styles.background
        below = stack[stack.index(self) - 1]
        if not isinstance(below, SeenBehind) or tint.a == 1:
            return super().render_lines(crop)
        canvases, width = below.canvases(), self.size.width
        strips: list[Strip] = []
        for y in range(crop.y, crop.bottom):
            row: list[Segment] = []
            at = 0
            for region, canvas in canvases:
                if region.y <= y < region.bottom:
                    if region.x > at:
                        row.append(Segment(" " * (region.x - at), self.rich_style))
                    row += self._tinted_row(canvas, y - region.y, tint)
                    at = region.right
            if at < width:
                row.append(Segment(" " * (width - at), self.rich_style))
            strips.append(RowStrip(tuple(row), width).crop(crop.x, crop.right))
        return strips

    def _tinted_row(self, canvas: Canvas, line: int, tint: Color) -> Row:
        row, kept = canvas.row(line), self._tinted.get((canvas, line))
        if kept is not None and kept[0] is row and kept[1] == tint:
            return kept[2]
        shown = tuple(Segment(text, tinted(style, tint)) for text, style, _ in row)
        self._tinted[canvas, line] = row, tint, shown
        return shown
