"""Which venues share a market process."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.memory.control import GROUPS
from core.vocabulary import Mode
from feeds.config import VenueConfig
from station.config import DeskSetup, ServedVenue
from station.desk.packing import TooManyVenues, packed


def setup(*names: str, mode: Mode = Mode.PAPER, with_keys: tuple[str, ...] = ()) -> DeskSetup:
    venues = tuple(
        ServedVenue(
            venue=VenueConfig(name=name, dialect="binance", mode="live", account="mine"),
            live_account="mine",
        )
        if name in with_keys
        else ServedVenue(venue=VenueConfig(name=name))
        for name in names
    )
    return DeskSetup(name="main", mode=mode, venues=venues)


def groups(desk: DeskSetup) -> dict[str, str]:
    return {served.name: served.group for served in desk.venues}


def test_one_venue_gives_its_group_its_name() -> None:
    assert groups(packed(setup("kraken"), {"kraken": 6}, cpus=2)) == {"kraken": "kraken"}


def test_on_two_cpus_all_venues_share_one_process() -> None:
    assert groups(packed(setup("kraken", "okx"), {}, cpus=2)) == {"kraken": "feeds1", "okx": "feeds1"}


def test_with_cpus_to_spare_the_load_is_shared_and_who_is_alone_keeps_its_name() -> None:
    counts = {"kraken": 2, "okx": 9, "bybit": 5}

    found = groups(packed(setup("kraken", "okx", "bybit"), counts, cpus=4))

    assert found == {"okx": "okx", "kraken": "feeds2", "bybit": "feeds2"}


def test_a_venue_that_is_traded_live_keeps_a_group_of_its_own() -> None:
    live = setup("binance", "kraken", "okx", mode=Mode.LIVE, with_keys=("binance",))

    assert groups(packed(live, {}, cpus=2)) == {"binance": "binance", "kraken": "feeds1", "okx": "feeds1"}


def test_keys_of_a_venue_that_takes_no_orders_are_for_its_market_data() -> None:
    live = setup("binance", "kraken", mode=Mode.LIVE, with_keys=("binance",))
    watched = ServedVenue(venue=VenueConfig(name="okx", mode="live", account="mine", credentials_file="keys.toml"))
    live = msgspec.structs.replace(live, venues=(*live.venues, watched))

    assert groups(packed(live, {}, cpus=2)) == {"binance": "binance", "kraken": "feeds1", "okx": "feeds1"}


def test_on_paper_keys_change_nothing() -> None:
    paper = setup("binance", "kraken", with_keys=("binance",))

    assert set(groups(packed(paper, {}, cpus=2)).values()) == {"feeds1"}


def test_the_simulator_is_a_process_of_its_own() -> None:
    assert groups(packed(setup("sim", "kraken"), {}, cpus=2)) == {"sim": "sim", "kraken": "kraken"}


def test_more_venues_with_orders_than_groups_are_refused() -> None:
    names = tuple(f"v{number}" for number in range(GROUPS + 1))

    with pytest.raises(TooManyVenues):
        packed(setup(*names, mode=Mode.LIVE, with_keys=names), {}, cpus=64)


@given(
    st.dictionaries(st.sampled_from([f"v{n}" for n in range(40)]), st.integers(0, 50), min_size=1), st.integers(1, 64)
)
def test_every_venue_has_a_group_and_no_group_is_idle_while_another_has_two_more(
    counts: dict[str, int], cpus: int
) -> None:
    desk = packed(setup(*counts), counts, cpus=cpus)

    assert all(served.group for served in desk.venues)
    assert len(desk.groups) == max(1, min(cpus - 2, GROUPS, len(counts)))
    loads = {group: [counts[served.name] for served in desk.of_group(group)] for group in desk.groups}
    for members in loads.values():  # nobody could be moved to the emptiest and make the fullest smaller
        assert sum(members) - min(members) <= min(sum(other) for other in loads.values())
