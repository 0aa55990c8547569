"""Panes never overlap, never leave the screen, have what they need, and those that must be there are."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.screens.arrangement import LEAST, LEASTS, arrange, shared, unknown_panes
from station.screens.catalogue import PANES
from station.screens.layout import Layout, Node, Sized, leaves, panes_of
from station.screens.layout_files import built_in_layouts

SIZES = st.tuples(st.integers(80, 320), st.integers(24, 100))
LAYOUTS = st.sampled_from(list(built_in_layouts().values()))
TRADING = built_in_layouts()["trading"]
NAMES = [kind.NAME for kind in PANES]


@st.composite
def trees(draw: st.DrawFn, names: list[str] | None = None, depth: int = 3) -> Node:
    """A tree in which no pane stands twice."""
    left = list(LEASTS) if names is None else names
    size = {"share": draw(st.integers(0, 4)), "worth": draw(st.none() | st.integers(0, 9))}
    if depth == 0 or len(left) == 1 or (depth < 3 and draw(st.booleans())):
        return Node(pane=left[draw(st.integers(0, len(left) - 1))], **size)
    count = draw(st.integers(2, min(4, len(left))))
    parts = tuple(draw(trees(names=left[at::count], depth=depth - 1)) for at in range(count))
    return Node(columns=parts, **size) if draw(st.booleans()) else Node(rows=parts, **size)


def assert_covered(places: dict[str, object], width: int, height: int) -> None:
    assert sum(place.area for place in places.values()) == width * (height - 3)  # type: ignore[attr-defined]
    for place in places.values():
        assert place.x >= 0  # type: ignore[attr-defined]
        assert place.right <= width  # type: ignore[attr-defined]
        assert place.y >= 1  # type: ignore[attr-defined]
        assert place.bottom <= height - 2  # type: ignore[attr-defined]
    assert not any(first.overlaps(second) for first, second in combinations(places.values(), 2))  # type: ignore[attr-defined]


@given(SIZES, LAYOUTS, st.none() | st.sampled_from(NAMES))
def test_the_panes_of_every_layout_cover_the_body_and_none_is_cut(
    size: tuple[int, int], layout: Layout, extra: str | None
) -> None:
    places = arrange(layout, *size, extra=extra)
    assert_covered(places, *size)
    assert extra is None or extra in places
    for name, place in places.items():
        assert place.width >= 30, name
        assert place.height >= min(8, LEASTS[name][1]), name


@given(SIZES, trees())
def test_any_tree_is_laid_out_without_a_gap(size: tuple[int, int], tree: Node) -> None:
    layout = Layout(size=(Sized(columns=tree.columns, rows=tree.rows),))
    assert_covered(arrange(layout, *size), *size)


@given(SIZES, LAYOUTS)
def test_what_a_trader_must_have_is_in_every_size_of_a_layout(size: tuple[int, int], layout: Layout) -> None:
    wanted = {leaf.pane for leaf in leaves(layout.sized(*size).tree)} & {"ladder", "orders", "positions"}
    assert wanted <= set(arrange(layout, *size))


@pytest.mark.parametrize("layout", built_in_layouts().values(), ids=lambda layout: layout.name)
def test_the_smallest_terminal_has_positions_and_orders_in_every_layout(layout: Layout) -> None:
    assert {"orders", "positions"} <= set(arrange(layout, *LEAST))


@given(st.integers(20, 200), st.lists(st.tuples(st.integers(1, 5), st.integers(0, 30), st.integers(0, 5)), min_size=1,
                                      max_size=4))  # fmt: skip
def test_cells_are_shared_out_to_the_last(extent: int, asked: list[tuple[int, int, int]]) -> None:
    parts = [(least, least + more if more else 0, share) for least, more, share in asked]
    sizes = shared(extent, parts)
    assert sum(sizes) == extent
    for (least, most, share), cells in list(zip(parts, sizes, strict=True))[:-1]:
        assert cells >= least
        assert not most or cells <= most
        assert share or cells == least


@given(SIZES.filter(lambda size: size[0] >= 120 and size[1] >= 36))
def test_trading_has_nearly_everything_in_sight_from_120_by_36(size: tuple[int, int]) -> None:
    places = arrange(TRADING, *size)
    assert {"ladder", "watch", "trades", "signals", "positions", "orders", "latency"} <= set(places)


def test_on_120_by_36_nothing_of_watchlist_and_latency_is_cut() -> None:
    places = arrange(TRADING, 120, 36)
    assert places["watch"].height - 2 >= 16
    assert places["latency"].height - 2 >= 12


@pytest.mark.parametrize("extra", sorted(set(NAMES) - {"ladder", "positions", "orders"}))
def test_every_pane_can_be_had_on_the_smallest_terminal(extra: str) -> None:
    assert set(arrange(TRADING, *LEAST, extra=extra)) == {"ladder", "positions", "orders", extra}


def test_a_pane_by_its_key_stands_where_the_least_is_lost() -> None:
    assert set(arrange(TRADING, 120, 36, extra="quotes")) ^ set(arrange(TRADING, 120, 36)) == {"quotes", "latency"}


def test_what_does_not_fit_is_left_out_by_its_worth() -> None:
    ladders = [f"ladder-{number}" for number in (2, 3, 4)]
    layout = built_in_layouts()["ladders"]
    in_sight = [[name for name in ladders if name in arrange(layout, width, 48)] for width in (250, 160, 120)]
    assert in_sight == [ladders, ladders, ladders[:2]]


def test_a_zoomed_pane_has_the_whole_body() -> None:
    places = arrange(TRADING, 100, 30, zoomed="latency")
    assert list(places) == ["latency"]
    assert places["latency"].area == 100 * 27


def test_a_terminal_that_is_too_small_has_no_panes() -> None:
    assert arrange(TRADING, 79, 24) == {}
    assert arrange(TRADING, 80, 23) == {}


def test_a_pane_that_there_is_not_leaves_its_place_to_the_others() -> None:
    parts = (Node(pane="ladder"), Node(rows=(Node(pane="crystal-ball"),)))
    layout = Layout(name="odd", size=(Sized(columns=parts),))
    assert unknown_panes(layout, LEASTS) == ["crystal-ball"]
    assert list(arrange(layout, 80, 24)) == ["ladder"]


def test_every_pane_of_a_built_in_layout_is_one_of_ours() -> None:
    assert {name for layout in built_in_layouts().values() for name in panes_of(layout)} <= set(LEASTS)
