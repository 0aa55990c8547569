"""What a drawn row says, without its colours."""

from station.renderables.row import Row


def text_of(row: Row) -> str:
    return "".join(segment.text for segment in row)
