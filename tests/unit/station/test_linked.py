"""Several ladders: one has the keys, the others follow it, pinned ones stay."""

from hypothesis import given
from hypothesis import strategies as st

from station.widgets.linked import Linked, followers, stand_at_the_same_prices
from tests.market_views import instruments

KNOWN = instruments()
IDS = st.sampled_from([one.instrument_id for one in KNOWN])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("choose"), IDS),
        st.tuples(st.just("activate"), st.integers(0, 3)),
        st.tuples(st.just("pin"), st.dictionaries(st.integers(0, 3), IDS, max_size=3)),
    ),
    max_size=12,
)


@given(STEPS)
def test_whatever_is_done_pins_hold_and_only_what_is_comparable_moves_together(steps: list[tuple[str, object]]) -> None:
    linked = Linked(4)
    linked.choose(0, KNOWN)
    for verb, what in steps:
        if verb == "choose" and linked.active not in linked.pins:
            linked.choose(what, KNOWN)  # type: ignore[arg-type]
            assert linked.shown[linked.active] == what
        elif verb == "activate":
            before = list(linked.shown)
            linked.activate(what, KNOWN)  # type: ignore[arg-type]
            assert linked.shown == before, "giving the keys away moves nothing"
        elif verb == "pin":
            linked.pin(what, KNOWN)  # type: ignore[arg-type]
        for ladder, wanted in linked.pins.items():
            assert linked.shown[ladder] == wanted
        for ladder in range(4):
            shares = linked.scale_of(ladder) is linked.scale_of(linked.active)
            same = stand_at_the_same_prices(KNOWN[linked.shown[ladder]], KNOWN[linked.shown[linked.active]])
            assert same or not shares or ladder == linked.active


def test_the_scale_goes_with_the_keys_to_a_ladder_at_the_same_prices() -> None:
    linked = Linked(2)
    linked.choose(0, KNOWN)
    linked.scale_of(0).middle_row = 777
    linked.activate(1, KNOWN)
    assert linked.scale_of(1).middle_row == 777
    assert linked.scale_of(0) is linked.scale_of(1)


def test_the_same_name_at_another_venue_follows_first() -> None:
    assert [one.symbol for one in followers(KNOWN[0], KNOWN)][:2] == ["BTC-USD.beta", "ETH-USD.alpha"]
    assert [one.symbol for one in followers(KNOWN[2], KNOWN)][:2] == ["ETH-BTC.beta", "ETH-USD.beta"]
