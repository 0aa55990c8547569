"""The heat map: every size, shading and theme fills its place exactly, and shape says what colour says."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import Color

from station.renderables.colour import difference
from station.renderables.heat import HeatPicture, has_room, heat_rows, layout_of, strip_of
from station.renderables.heat_tones import heat_colours, tones_of
from station.renderables.paint import paint_of
from station.renderables.plot import Shading
from station.renderables.ramp import lab_of
from station.renderables.row import Row, width_of
from station.theme import built_in_themes
from station.views.heat import HeatScale, HeatWindow, Pixels, pixels_in_sight, scale_in_sight
from tests.flow_views import heat
from tests.market_views import instruments

THEMES = built_in_themes()
PAINT = paint_of(THEMES["midnight"])


def _picture(
    width: int, height: int, shading: Shading, *, back: int = 0, step: int = 1, cross: bool = False
) -> HeatPicture | None:
    view, instrument = heat(0, 0), instruments()[0]
    last = view.columns[-1]
    layout = layout_of(width, height, len(instrument.price(last.ask_ticks)))
    if not has_room(layout):
        return None
    rows = layout.height * shading.pixels
    newest = last.start_wall_ns // view.period_ns - back
    top = last.bid_ticks // step + rows // 2
    window = HeatWindow(newest - layout.plot + 1, layout.plot, view.period_ns, top, rows, step)
    pixels = tuple(pixels_in_sight(view, window))
    return HeatPicture(
        instrument=instrument, layout=layout, window=window, pixels=pixels, scale=scale_in_sight(pixels),
        bid_ticks=last.bid_ticks, ask_ticks=last.ask_ticks,
        cross=(newest - 3, top - 4) if cross else None,
    )  # fmt: skip


def _texts(rows: list[Row]) -> list[str]:
    return ["".join(segment.text for segment in row) for row in rows]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(20, 250), st.integers(4, 70), st.sampled_from(Shading), st.integers(0, 500), st.integers(1, 20),
    st.booleans(),
)  # fmt: skip
def test_it_fills_its_place_exactly(
    width: int, height: int, shading: Shading, back: int, step: int, cross: bool
) -> None:
    picture = _picture(width, height, shading, back=back, step=step, cross=cross)
    if picture is None:
        return
    rows = heat_rows(picture, paint=PAINT, shading=shading)
    assert [width_of(row) for row in rows] == [width] * height


def test_who_aggressed_is_told_by_shape_too() -> None:
    picture = _picture(120, 40, Shading.HALVES)
    assert picture is not None
    text = "".join(_texts(heat_rows(picture, paint=PAINT, shading=Shading.HALVES)))
    assert "▾" in text or "▼" in text
    assert "▴" in text or "˙" in text


def test_where_nobody_looked_is_hatched() -> None:
    picture = _picture(120, 30, Shading.HALVES, back=290)
    assert picture is not None
    assert any("╱╱╱" in text for text in _texts(heat_rows(picture, paint=PAINT, shading=Shading.HALVES)))


def test_plain_glyphs_need_no_colour_and_no_unicode_for_sizes() -> None:
    picture = _picture(100, 30, Shading.LETTERS)
    assert picture is not None
    cells = "".join(text[:70] for text in _texts(heat_rows(picture, paint=PAINT, shading=Shading.LETTERS))[:-1])
    assert cells.isascii()
    assert "@" in cells


@pytest.mark.parametrize("name", THEMES)
def test_more_lots_never_look_like_fewer(name: str) -> None:
    palette = THEMES[name]
    ground = lab_of(palette.background)[0]
    away = [abs(lab_of(colour)[0] - ground) for colour in heat_colours(paint_of(palette))]
    assert away[0] == 0
    assert all(later > before for before, later in itertools.pairwise(away))


@pytest.mark.parametrize("name", THEMES)
def test_best_prices_stand_out_from_every_colour_of_the_map(name: str) -> None:
    palette = THEMES[name]
    for colour in heat_colours(paint_of(palette)):
        assert min(difference(colour, palette.bid), difference(colour, palette.ask)) > 12


def test_the_largest_trades_are_blocks_of_their_side() -> None:
    scale = HeatScale(1, 6, 8, small_lots=10, large_lots=50, huge_lots=200)
    pixels = Pixels(bytes(8), -1, -1, ((1, 9), (3, -30), (5, 60), (7, -201)), False, 4)
    small, middling, large, huge = strip_of(pixels, scale, 4, tones_of(PAINT, Shading.HALVES))
    assert [one.text for one in (small, middling, large, huge)] == ["˙", "▾", "▲", "▼"]
    assert huge.style is not None
    assert huge.style.bgcolor == Color.parse(PAINT.palette.down)


def test_one_new_column_changes_one_column_of_cells() -> None:
    before, after = _picture(120, 40, Shading.HALVES, back=8), _picture(120, 40, Shading.HALVES, back=8)
    assert before is not None
    assert after is not None
    new = after.pixels[-2]
    old = HeatPicture(**{**{name: getattr(before, name) for name in before.__struct_fields__},
                         "pixels": (*before.pixels[:-1], None)})  # fmt: skip
    assert new is not None
    pairs = zip(
        heat_rows(old, paint=PAINT, shading=Shading.HALVES),
        heat_rows(after, paint=PAINT, shading=Shading.HALVES),
        strict=True,
    )
    at = len(after.pixels) - 1
    assert all(a[:at] == b[:at] for a, b in pairs)
