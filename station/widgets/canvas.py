"""A widget that repaints only the cells that changed.

It asks its subclass for a whole picture (rows of segments), compares it with the one before, and refreshes the spans
that differ. Borders and colours are part of the picture, so that Textual's style cache has nothing to add to a line.
"""

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from station.renderables.paint import Paint
from station.renderables.row import Row, blank, changed_spans, fitted
from station.widgets.row_strip import RowStrip


class Canvas(Widget):
    ALLOW_SELECT = False

    def __init__(self, paint: Paint, *, id: str) -> None:
        super().__init__(id=id)
        self.paint = paint
        self._rows: list[Row] = []
        self._strips: list[Strip] = []
        self._drawn_size = Size(0, 0)

    def picture(self, width: int, height: int) -> list[Row]:
        """Exactly `height` rows of exactly `width` cells."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Draw, and have what changed written to the terminal."""
        size = self.size
        if not size or not self.display:
            return
        rows = self._whole(size)
        if size != self._drawn_size:
            self._take_all(rows, size)
            self._show(size.region)
            return
        changed: list[Region] = []
        for y, (before, drawn) in enumerate(zip(self._rows, rows, strict=True)):
            if before is drawn or before == drawn:
                continue
            after = self._rows[y] = fitted(drawn, size.width, self.paint.text)
            changed += [Region(start, y, end - start, 1) for start, end in changed_spans(before, after)]
            self._strips[y] = RowStrip(after, size.width)
        if changed:
            self._show(*changed)

    def _show(self, *regions: Region) -> None:
        """Have these spans written with what the screen writes next. `refresh` would say the same by two messages, and
        keep every span that ever changed."""
        if not self.is_attached:
            self.refresh()
            return
        screen = self.screen
        self._repaint_regions.update(regions)
        screen._dirty_widgets.add(self)
        screen.check_idle()

    def row(self, line: int) -> Row:
        """As it is shown: the same object until it changes."""
        self._take_size()
        return self._rows[line]

    def render_lines(self, crop: Region) -> list[Strip]:
        size = self._take_size()
        strips = self._strips[crop.y : crop.bottom]
        if crop.width != size.width or crop.x:
            return [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    def _take_size(self) -> Size:
        size = self.size
        if size != self._drawn_size:
            self._take_all(self._whole(size), size)
        return size

    def _take_all(self, rows: list[Row], size: Size) -> None:
        self._rows = [fitted(row, size.width, self.paint.text) for row in rows]
        self._strips = [RowStrip(row, size.width) for row in self._rows]
        self._drawn_size = size

    def _whole(self, size: Size) -> list[Row]:
        width, height = size
        if not width or not height:
            return []
        rows = self.picture(width, height)[:height]
        return rows + [blank(width, self.paint.text)] * (height - len(rows))
