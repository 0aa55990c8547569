"""Layouts: chosen by key and name, changed, undone, saved without losing what else stands in the file."""

import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from station.renderables.ladder_columns import COLUMNS
from station.screens.arrangement import LEASTS, arrange
from station.screens.layout import Axis, Layout, grown, leaves
from station.screens.layout_files import as_toml, built_in_layouts, read_layouts, save_layout, with_block
from station.screens.layouts import Layouts, NoLayout
from station.widgets.canvas import Canvas
from tests.unit.station.screens.test_arrangement import LAYOUTS, SIZES
from tests.walking import walking

OWN = """\
# what I look at in the morning
[morning]
key = 8
size = [{ columns = [{ pane = "ladder" }, { pane = "watch", share = 2 }] }]  # simple

[other]
[[other.size]]
rows = [{ pane = "ladder" }, { pane = "orders" }]
"""


@given(LAYOUTS, st.none() | st.lists(st.sampled_from(COLUMNS), unique=True).map(tuple))
def test_a_layout_is_written_as_it_is_read(layout: Layout, columns: tuple[str, ...] | None) -> None:
    layout = msgspec.structs.replace(layout, ladder_columns=columns)
    assert read_of(as_toml(layout))[layout.name] == layout


def test_saving_leaves_the_rest_of_the_file_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "layouts.toml"
    file.write_text(OWN)
    save_layout(file, read_of(as_toml(built_in_layouts()["scalp"]).replace("scalp", "other"))["other"])
    text = file.read_text()
    assert text.startswith(OWN[: OWN.index("[other]")])
    assert len(tomllib.loads(text)["other"]["size"]) == 3


def test_a_block_in_the_middle_is_replaced_where_it_stands() -> None:
    after = with_block(OWN, "morning", "[morning]\nkey = 9\n")
    assert after.startswith("# what I look at in the morning\n[morning]\nkey = 9\n\n[other]")


def test_mistakes_of_a_file_are_told_all_at_once(tmp_path: Path) -> None:
    file = tmp_path / "layouts.toml"
    file.write_text(
        '[one]\nkey = 12\nladder_columns = ["vol"]\n[[one.size]]\n'
        'columns = [{ pane = "a", rows = [{ pane = "b", shar = 2 }] }]\n[two]\n'
    )
    with pytest.raises(ConfigError) as raised:
        read_layouts(file)
    told = "\n".join(raised.value.mistakes)
    for wanted in (
        "one.key: 12",
        "one.ladder_columns: 'vol'",
        "shar: there is no such key",
        "one of `pane`, `columns` and `rows`",
        "two.size",
    ):
        assert wanted in told


@given(SIZES, LAYOUTS, st.sampled_from(["columns", "rows"]), st.integers(-6, 6), st.data())
def test_what_a_pane_wins_its_neighbour_loses_and_nobody_falls_below_what_it_needs(
    size: tuple[int, int], layout: Layout, axis: Axis, cells: int, data: st.DataObject
) -> None:
    before = arrange(layout, *size)
    pane = data.draw(st.sampled_from(sorted(before)))
    extents = {name: (place.width, place.height) for name, place in before.items()}
    sized = layout.sized(*size)
    after = arrange(layout.with_tree(sized, grown(sized.tree, pane, axis, cells, extents, LEASTS)), *size)
    assert after.keys() == before.keys()
    side = 0 if axis == "columns" else 1
    changes = {name: (after[name].width, after[name].height)[side] - extents[name][side] for name in before}
    assert changes[pane] == 0 or abs(changes[pane]) <= abs(cells)
    assert changes[pane] * cells >= 0
    others = {name: (after[name].width, after[name].height)[1 - side] - extents[name][1 - side] for name in before}
    assert not any(others.values())


def test_every_change_is_undone_in_turn() -> None:
    layouts = Layouts()
    for name in ("scalp", "risk"):
        layouts.use(name)
    seen = [layouts.now.name for _ in range(3) if layouts.undo()]
    assert seen == ["scalp", "trading"]


def test_a_key_of_the_users_own_wins_and_an_unknown_name_says_which_there_are(tmp_path: Path) -> None:
    file = tmp_path / "layouts.toml"
    file.write_text(OWN.replace("key = 8", "key = 2"))
    layouts = Layouts(file)
    layouts.reload()
    assert layouts.by_key(2) == "morning"
    with pytest.raises(NoLayout, match="trading"):
        layouts.use("evening")


async def test_a_layout_is_chosen_by_its_key_and_undone() -> None:
    async with walking() as walk:
        await walk.press("alt+2")
        assert walk.desk.layouts.now.name == "scalp"
        assert not walk.desk.panes["watch"].display
        await walk.press("ctrl+z")
        assert walk.desk.panes["watch"].display
        await walk.press("alt+8")
        assert "no layout has the key 8" in walk.desk.hint.text


async def test_a_layout_is_saved_under_a_name_and_a_free_key_and_comes_back(tmp_path: Path) -> None:
    async with walking(size=(160, 48)) as walk:
        walk.desk.layouts.file = tmp_path / "layouts.toml"
        await walk.press("ctrl+right")
        width = walk.desk.ladder.size.width
        walk.desk.save_layout("mine")
        assert "Alt+8" in walk.desk.hint.text
        await walk.press("alt+1")
        assert walk.desk.ladder.size.width == width - 2
        walk.desk.layouts.reload()
        await walk.press("alt+8")
        assert walk.desk.ladder.size.width == width


async def test_a_border_follows_the_mouse_and_the_whole_pull_is_undone_as_one() -> None:
    async with walking(size=(160, 48)) as walk:
        ladder, watch = walk.desk.ladder, walk.desk.panes["watch"]
        before, cursor, right = ladder.size.width, ladder.cursor_row, watch.size.width - 1
        for at in (right, right - 4, right - 9):
            event = {right: walk.pilot.mouse_down}.get(at, walk.pilot.hover)
            await event("#status", offset=(at, 10))
        await walk.pilot.mouse_up("#status", offset=(right - 9, 10))
        await walk.pilot.pause()
        assert ladder.size.width == before + 9
        assert ladder.cursor_row == cursor, "a pull is no click"
        await walk.press("ctrl+z")
        assert ladder.size.width == before


async def test_a_pulled_border_gives_nobody_the_keys_and_a_click_on_it_does() -> None:
    async with walking(size=(220, 48)) as walk:
        await walk.press("alt+5")
        first, second = walk.desk.ladder, walk.desk.panes["ladder-2"]
        edge = second.region.offset
        await walk.pilot.mouse_down("#status", offset=(edge.x, edge.y + 5))
        await walk.pilot.hover("#status", offset=(edge.x - 3, edge.y + 5))
        await walk.pilot.mouse_up("#status", offset=(edge.x - 3, edge.y + 5))
        await walk.pilot.pause()
        assert second.region.x == edge.x - 3
        assert (walk.desk.ladder, walk.desk.focused) == (first, first)
        await walk.pilot.click("#status", offset=(edge.x + 5, edge.y))
        await walk.pilot.pause()
        assert walk.desk.focused is second


async def test_the_lower_border_of_the_last_of_a_column_is_that_of_the_column_beside_it() -> None:
    async with walking(size=(160, 48)) as walk:
        tape, signals = walk.desk.panes["trades"], walk.desk.panes["signals"]
        before = tape.size.height, signals.size.height
        where = signals.region.offset
        await walk.pilot.mouse_down("#status", offset=(where.x + 5, where.y))
        await walk.pilot.hover("#status", offset=(where.x + 5, where.y - 1))
        await walk.pilot.mouse_up("#status", offset=(where.x + 5, where.y - 1))
        await walk.pilot.pause()
        assert (tape.size.height, signals.size.height) == (before[0] - 1, before[1] + 1)


async def test_a_layout_with_an_unknown_pane_says_so_and_goes_on(tmp_path: Path) -> None:
    async with walking() as walk:
        walk.desk.layouts.file = tmp_path / "layouts.toml"
        walk.desk.layouts.file.write_text(OWN.replace('"watch"', '"crystal-ball"'))
        walk.desk.layouts.reload()
        walk.desk.use_layout("morning")
        await walk.press("down")
        assert "crystal-ball" in walk.desk.hint.text
        assert walk.desk.ladder.size.width == 120


async def test_the_letters_of_the_jump_take_the_keys_there() -> None:
    async with walking() as walk:
        await walk.press("apostrophe")
        letters = {pane.jump_letter for pane in walk.desk.panes_in_sight()}
        assert {"1", "o", "w"} <= letters
        await walk.press("o")
        assert walk.desk.focused is walk.desk.panes["orders"]
        await walk.press("apostrophe", "b")
        assert walk.source.wishes == [], "while the screen asks for a letter no key trades"
        assert not any(pane.jump_letter for pane in walk.desk.panes.values())


async def test_the_ladder_that_has_the_keys_is_the_one_that_orders_go_to() -> None:
    async with walking(size=(160, 48)) as walk:
        await walk.press("alt+5", "apostrophe", "2", "b")
        assert walk.desk.instrument.symbol == "BTC-USD.beta"
        assert walk.source.wishes[-1].instrument_id == walk.desk.instrument.instrument_id  # type: ignore[union-attr]
        shown = [ladder.instrument.symbol for ladder in walk.desk.query(Canvas) if ladder.id in ("ladder", "ladder-2")]  # type: ignore[attr-defined]
        assert shown == ["BTC-USD.alpha", "BTC-USD.beta"], "what stands on the others stays"


async def test_linked_ladders_of_one_name_stand_at_the_same_prices() -> None:
    async with walking(size=(160, 48)) as walk:
        await walk.press("alt+5", "down", "down")
        first, second, third = (walk.desk.panes[name] for name in ("ladder", "ladder-2", "ladder-3"))
        assert first.scale is second.scale  # type: ignore[attr-defined]
        assert first.scale is not third.scale  # type: ignore[attr-defined]
        row = walk.desk.ladder.cursor_row
        await walk.press("apostrophe", "2")
        assert walk.desk.ladder is second
        assert walk.desk.ladder.cursor_row == row


async def test_a_pinned_ladder_stays_when_another_instrument_is_chosen() -> None:
    async with walking(size=(160, 48)) as walk:
        await walk.press("alt+5", "N", "n")
        look = walk.desk.look
        assert look.ladder(0).symbol == "BTC-USD.alpha"
        assert walk.desk.ladder.number == 1
        assert look.ladder(1).symbol == "ETH-USD.alpha"
        tree = walk.desk.layouts.now.sized(160, 48).tree
        assert [leaf.instrument for leaf in leaves(tree) if leaf.pane == "ladder"] == ["BTC-USD.alpha"]
        await walk.press("ctrl+z")
        assert not look.ladders.pins


async def test_panes_of_a_group_show_one_instrument_whatever_the_others_show(tmp_path: Path) -> None:
    async with walking(size=(160, 48)) as walk:
        desk, look = walk.desk, walk.desk.look
        desk.layouts.file = tmp_path / "layouts.toml"
        await walk.press("alt+4", "f3", "T", "alt+c", "T")
        assert "Chart is in group A" in desk.hint.text
        assert walk.text().count(" A  ") >= 2, "the letter stands in the frames"
        await walk.press("n")
        eth = look.instruments[1]
        assert [look.shown_by(name).symbol for name in ("chart", "trades")] == [eth.symbol] * 2
        assert desk.instrument is look.instruments[0], "the ladder is in no group"
        await walk.press("escape", "b")
        assert walk.source.wishes[-1].instrument_id == 0  # type: ignore[union-attr]
        desk.save_layout("tied")
        await walk.press("ctrl+z", "ctrl+z")
        assert desk.panes["chart"].group == ""
        desk.layouts.reload()
        desk.use_layout("tied")
        assert (desk.panes["chart"].group, look.shown_by("chart").symbol) == ("A", eth.symbol)
    async with walking(size=(160, 48)) as walk:  # another day
        walk.desk.layouts.file = tmp_path / "layouts.toml"
        walk.desk.layouts.reload()
        walk.desk.use_layout("tied")
        assert walk.desk.look.shown_by("trades").symbol == eth.symbol
        assert not walk.desk.panes["trades"].is_pinned
        assert walk.desk.instrument is walk.desk.look.instruments[0]


async def test_a_ladder_in_a_group_takes_it_along_and_trades_what_it_shows() -> None:
    async with walking(size=(160, 48)) as walk:
        desk, look = walk.desk, walk.desk.look
        await walk.press("T", "f3", "T", "escape", "n", "b")
        assert desk.instrument is look.instruments[1]
        assert look.shown_by("trades") is look.instruments[1]
        assert look.shown_by("signals") is look.instruments[1], "what is in no group shows what is on the ladder"
        assert walk.source.wishes[-1].instrument_id == 1  # type: ignore[union-attr]


async def test_any_pane_of_one_instrument_can_be_pinned_to_it() -> None:
    async with walking(size=(160, 48)) as walk:
        await walk.press("f3", "N", "escape", "n")
        assert walk.desk.look.shown_by("trades") is walk.desk.look.instruments[0]
        tape = walk.desk.panes["trades"]
        edge = "".join(segment.text for segment in tape.picture(*tape.size)[0])
        assert " PIN " in edge
        assert " BTC-USD.alpha " in edge


async def test_a_key_sends_nothing_where_no_ladder_is_in_sight() -> None:
    async with walking(size=(120, 36)) as walk:
        await walk.press("alt+7", "b", "s", "q", "x", "t", "o")
        assert walk.source.wishes == []
        assert "no ladder is in sight" in walk.desk.hint.text


async def test_a_ladder_that_stays_does_not_follow_the_market_until_it_is_told_to() -> None:
    async with walking() as walk:
        await walk.press("l")
        before = walk.desk.ladder.middle_row
        far = walk.desk.instrument.reference_ticks + 500
        moved = msgspec.structs.replace(walk.desk.ladder.book, bids=((far, 9),), asks=((far + 1, 9),))
        walk.source.books[0] = moved
        await walk.until(lambda: walk.desk.ladder.book is moved)
        assert walk.desk.ladder.middle_row == before
        assert "▲ market" in walk.text()
        await walk.press("l")
        assert walk.desk.ladder.middle_row == far


async def test_a_ladder_that_was_moved_by_hand_waits_until_the_market_is_back() -> None:
    async with walking() as walk:
        ladder, first = walk.desk.ladder, walk.desk.ladder.book
        await walk.press(*["pageup"] * 4)
        above = ladder.cursor_ticks
        assert above is not None
        newer = msgspec.structs.replace(first, bids=first.bids[1:])
        walk.source.books[0] = newer
        await walk.until(lambda: ladder.book is newer)
        assert ladder.cursor_ticks == above, "the cursor is where it was put"
        assert "▼ market" in walk.text()
        assert " held " in walk.text()
        middle = ladder.middle_row
        back = msgspec.structs.replace(first, bids=((middle, 9),), asks=((middle + 1, 9),))
        walk.source.books[0] = back
        await walk.until(lambda: ladder.book is back)
        away = msgspec.structs.replace(first, bids=((middle + 500, 9),), asks=((middle + 501, 9),))
        walk.source.books[0] = away
        await walk.until(lambda: ladder.book is away)
        assert ladder.middle_row == middle + 500, "it follows again"


async def test_a_cursor_out_of_sight_comes_in_at_the_edge() -> None:
    async with walking() as walk:
        ladder = walk.desk.ladder
        far = walk.desk.instrument.reference_ticks + 500
        moved = msgspec.structs.replace(ladder.book, bids=((far, 9),), asks=((far + 1, 9),))
        walk.source.books[0] = moved
        await walk.until(lambda: ladder.cursor_ticks is None)
        middle = ladder.middle_row
        await walk.press("up")
        assert ladder.cursor_ticks == middle - (ladder.price_rows - 1) // 2 + 1
        assert ladder.middle_row == middle


async def test_a_column_is_hidden_and_shown_by_its_name() -> None:
    async with walking(size=(160, 48)) as walk:
        await walk.press("alt+2")
        assert " volume " in walk.text()
        walk.desk.toggle_column("volume")
        await walk.press("down")
        assert "column volume is hidden" in walk.desk.hint.text
        assert " volume " not in walk.text().replace(walk.desk.hint.text, "")


async def test_a_hidden_column_is_of_its_layout_saved_with_it_and_undone(tmp_path: Path) -> None:
    async with walking(size=(160, 48)) as walk:
        walk.desk.layouts.file = tmp_path / "layouts.toml"
        await walk.press("alt+2")
        walk.desk.toggle_column("volume")
        walk.desk.save_layout("bare")
        await walk.press("alt+2")
        assert "volume" in walk.desk.look.columns
        walk.desk.layouts.reload()
        walk.desk.use_layout("bare")
        assert walk.desk.look.columns == ("trades", "changes", "profit")
        walk.desk.toggle_column("volume")
        await walk.press("ctrl+z")
        assert "volume" not in walk.desk.look.columns


def read_of(text: str) -> dict[str, Layout]:
    import tempfile

    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(text)
        file.flush()
        return read_layouts(Path(file.name))
