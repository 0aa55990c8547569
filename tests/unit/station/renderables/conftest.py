"""The colours of the standard theme."""

import pytest

from station.renderables.paint import Paint, paint_of
from station.theme import built_in_themes


@pytest.fixture
def paint() -> Paint:
    return paint_of(built_in_themes()["midnight"])
