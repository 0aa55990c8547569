"""Strategies: registered, compiled, refused, swapped, called; and what the two built-ins want."""

from collections.abc import Iterator

import numpy as np
import pytest

import core.strategy.builtin
from core.money import NO_TICKS
from core.strategy.compile import REGISTRY, Strategy, StrategyRefused, strategy
from core.strategy.contract import MOST_INTENTS, PARAMETERS, want_cancel, want_limit, want_replace, want_take
from core.strategy.slots import (
    EMPTY,
    IDLE,
    VERSIONS,
    Slots,
    call_strategy,
    disable_what_ran,
    make_slots,
    prepare,
    set_parameter,
    swap,
)
from core.vocabulary import BookState, EventFlag, OrderStatus, Request, Side, TimeInForce

assert core.strategy.builtin


@strategy(name="test_counter", parameters={"step": 2.0})
def counter(view: np.void, parameters: np.ndarray, memory: np.void, intents: np.ndarray) -> int:
    words = memory["words"]
    words[0] += int(parameters[0])
    intents[0]["price_ticks"] = words[0]
    return 1


@strategy(name="test_liar", parameters={})
def liar(view: np.void, parameters: np.ndarray, memory: np.void, intents: np.ndarray) -> int:
    return int(view["now_ns"])


@pytest.fixture(autouse=True)
def _known_strategies() -> Iterator[None]:
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


def fill_slot(slots: Slots, name: str, slot: int = 0, **parameters: float) -> int:
    entry = REGISTRY[name]
    index = prepare(
        slots,
        slot,
        name=name,
        address=entry.address,
        code_hash=entry.code_hash,
        parameters=entry.values(parameters),
        instrument_id=1,
    )
    assert swap(slots, slot, index)
    slots.is_enabled[slot] = 1
    return index


def test_memory_is_kept_between_calls_and_new_with_a_new_version() -> None:
    slots = make_slots(2)
    fill_slot(slots, "test_counter")
    assert [call_strategy(slots, 0), int(slots.intents[0]["price_ticks"])] == [1, 2]
    assert [call_strategy(slots, 0), int(slots.intents[0]["price_ticks"])] == [1, 4]
    fill_slot(slots, "test_counter", step=5.0)
    call_strategy(slots, 0)
    assert slots.intents[0]["price_ticks"] == 5
    assert slots.records[slots.current[0]]["version"] == 2


def test_an_empty_or_disabled_slot_wants_nothing() -> None:
    slots = make_slots(2)
    assert call_strategy(slots, 1) == 0
    fill_slot(slots, "test_counter")
    slots.is_enabled[0] = 0
    assert call_strategy(slots, 0) == 0
    assert slots.tallies[0]["calls"] == 0


@pytest.mark.parametrize("answer", [-1, MOST_INTENTS + 1, 1 << 62, -(1 << 63)])
def test_an_answer_that_cannot_be_counts_as_none(answer: int) -> None:
    slots = make_slots(1)
    fill_slot(slots, "test_liar")
    slots.views[0]["now_ns"] = answer
    assert call_strategy(slots, 0) == 0
    assert slots.tallies[0]["bad_answers"] == 1


def test_what_runs_is_never_overwritten_by_what_is_prepared() -> None:
    slots = make_slots(1)
    running = fill_slot(slots, "test_counter")
    entry = REGISTRY["test_counter"]
    words = {"name": "test_counter", "address": entry.address, "code_hash": 1, "parameters": entry.values()}
    prepared = [prepare(slots, 0, **words, instrument_id=1) for _ in range(VERSIONS - 1)]  # type: ignore[arg-type]
    assert running not in prepared
    with pytest.raises(ValueError, match="swapped in first"):
        prepare(slots, 0, **words, instrument_id=1)  # type: ignore[arg-type]


def test_only_a_prepared_record_of_the_slot_itself_is_swapped_in() -> None:
    slots = make_slots(2)
    assert not swap(slots, 0, 1)
    other = fill_slot(slots, "test_counter", slot=1)
    assert not swap(slots, 0, other)
    assert not swap(slots, -1, other)
    assert not swap(slots, 2, other)
    assert slots.current[0] == EMPTY


def test_a_slot_in_which_a_core_died_starts_disabled() -> None:
    running = np.array([1], np.int64)
    slots = make_slots(2, running=running)
    fill_slot(slots, "test_counter", slot=1)
    assert disable_what_ran(slots) == 1
    assert slots.is_enabled[1] == 0
    assert running[0] == IDLE
    assert disable_what_ran(slots) == IDLE


def test_between_calls_no_slot_is_running() -> None:
    slots = make_slots(1)
    fill_slot(slots, "test_counter")
    call_strategy(slots, 0)
    assert slots.running[0] == IDLE


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_parameter_is_a_finite_number_of_a_slot_that_runs(value: float) -> None:
    slots = make_slots(1)
    assert not set_parameter(slots, 0, 0, 1.0)
    fill_slot(slots, "test_counter")
    assert not set_parameter(slots, 0, 0, value)
    assert not set_parameter(slots, 0, PARAMETERS, 1.0)
    assert not set_parameter(slots, 1, 0, 1.0)
    assert set_parameter(slots, 0, 0, 7.0)
    call_strategy(slots, 0)
    assert slots.intents[0]["price_ticks"] == 7


def test_parameters_have_names_and_defaults() -> None:
    maker = REGISTRY["market_maker"]
    assert maker.values()[0] == maker.parameters["size_lots"]
    assert maker.values({"size_lots": 3.0})[0] == 3.0
    with pytest.raises(StrategyRefused, match="no parameter speed"):
        maker.values({"speed": 1.0})
    with pytest.raises(StrategyRefused, match="finite"):
        maker.values({"size_lots": float("nan")})


def test_a_name_that_no_record_holds_is_refused() -> None:
    with pytest.raises(StrategyRefused, match="24 letters"):
        Strategy("x" * 25, counter, {})


@pytest.mark.compiled
def test_code_that_can_raise_is_refused() -> None:
    @strategy(name="test_raises", parameters={})
    def raises(view: np.void, parameters: np.ndarray, memory: np.void, intents: np.ndarray) -> int:
        if view["now_ns"] > 3:
            raise ValueError
        return 1

    for _ in range(2):  # also when it lies in the cache already
        with pytest.raises(StrategyRefused, match="raise an exception"):
            _ = REGISTRY["test_raises"].address


@pytest.mark.compiled
def test_code_that_allocates_or_does_not_compile_is_refused() -> None:
    @strategy(name="test_allocates", parameters={})
    def allocates(view: np.void, parameters: np.ndarray, memory: np.void, intents: np.ndarray) -> int:
        return int(np.zeros(4).sum())

    @strategy(name="test_nonsense", parameters={})
    def nonsense(view: np.void, parameters: np.ndarray, memory: np.void, intents: np.ndarray) -> int:
        return int(view["no_such_field"])

    for name in ("test_allocates", "test_nonsense"):
        with pytest.raises(StrategyRefused, match=name):
            _ = REGISTRY[name].address


def test_intents_are_cleared_before_each_call_and_helpers_stop_at_the_last_one() -> None:
    slots = make_slots(1)
    fill_slot(slots, "test_liar")
    slots.intents["price_ticks"] = 99
    slots.views[0]["now_ns"] = 2
    assert call_strategy(slots, 0) == 2
    assert not slots.intents["price_ticks"].any()
    count = 0
    for _ in range(MOST_INTENTS + 3):
        count = want_limit(slots.intents, count, 1, 5, 5)
    assert count == MOST_INTENTS
    assert want_cancel(slots.intents, count, 1) == count
    assert want_take(slots.intents, count, 1, 1, 1) == count
    assert want_replace(slots.intents, -1, 1, 1, 1, 1) == -1


def quoting(**seen: float) -> Slots:
    slots = make_slots(1)
    fill_slot(slots, "market_maker", size_lots=10.0, half_spread_ticks=2.0, skew_ticks=4.0, max_position_lots=100.0)
    return look(slots, micro_price=1_000.4, **seen)


def look(slots: Slots, **seen: float) -> Slots:
    view = slots.views[0]
    view["best_bid_ticks"], view["best_ask_ticks"], view["book_state"] = 1_000, 1_001, BookState.LIVE
    view["best_bid_lots"], view["best_ask_lots"], view["min_lots"] = 40, 30, 1
    for name, value in seen.items():
        view[name] = value
    return slots


def wants(slots: Slots) -> list[tuple[int, int, int]]:
    """(request, side, price) of each intent."""
    count = call_strategy(slots, 0)
    return [(int(each["request"]), int(each["side"]), int(each["price_ticks"])) for each in slots.intents[:count]]


def test_the_market_maker_quotes_round_the_micro_price_post_only() -> None:
    slots = quoting()
    assert wants(slots) == [(Request.NEW, 1, 998), (Request.NEW, -1, 1_003)]
    assert (slots.intents[0]["flags"], slots.intents[0]["quantity_lots"]) == (EventFlag.POST_ONLY, 10)


def test_the_market_maker_leans_against_what_it_holds() -> None:
    assert wants(quoting(position_lots=50)) == [(Request.NEW, 1, 996), (Request.NEW, -1, 1_001)]
    assert wants(quoting(position_lots=100)) == [(Request.NEW, -1, 1_001)]
    assert wants(quoting(position_lots=-100)) == [(Request.NEW, 1, 1_000)]


def test_the_market_maker_moves_a_quote_that_has_drifted_and_leaves_one_that_has_not() -> None:
    own = {"own_bid_id": 7, "own_bid_ticks": 998, "own_bid_status": OrderStatus.NEW}
    own |= {"own_ask_id": 8, "own_ask_ticks": 1_005, "own_ask_status": OrderStatus.NEW}
    assert wants(quoting(**own)) == [(Request.REPLACE, -1, 1_003)]
    own["own_ask_status"] = OrderStatus.PENDING_REPLACE
    assert wants(quoting(**own)) == []


@pytest.mark.parametrize(
    "seen", [{"book_state": BookState.GAPPED}, {"micro_price": float("nan")}, {"best_bid_ticks": 0}]
)
def test_the_market_maker_takes_its_quotes_back_when_it_cannot_price(seen: dict[str, float]) -> None:
    own = {"own_bid_id": 7, "own_bid_ticks": 998, "own_bid_status": OrderStatus.NEW}
    slots = quoting(**own)
    look(slots, **seen)
    assert wants(slots) == [(Request.CANCEL, 0, 0)]
    assert NO_TICKS < 0


def taking(**seen: float) -> Slots:
    slots = make_slots(1)
    fill_slot(slots, "imbalance_taker", size_lots=50.0, max_position_lots=60.0, cool_down_ms=500.0)
    return look(slots, **{"now_ns": 10**9, **seen})


@pytest.mark.parametrize(("sign", "side", "price", "lots"), [(1, Side.BUY, 1_001, 30), (-1, Side.SELL, 1_000, 40)])
def test_the_taker_takes_the_touch_when_both_pressures_agree(sign: int, side: Side, price: int, lots: int) -> None:
    slots = taking(imbalance=0.7 * sign, trade_flow=0.4 * sign)
    assert wants(slots) == [(Request.NEW, side, price)]
    assert (slots.intents[0]["quantity_lots"], slots.intents[0]["time_in_force"]) == (lots, TimeInForce.IOC)


@pytest.mark.parametrize(
    "seen",
    [
        {"imbalance": 0.7, "trade_flow": -0.4},
        {"imbalance": 0.7, "trade_flow": float("nan")},
        {"imbalance": float("nan"), "trade_flow": 0.9},
        {"imbalance": 0.7, "trade_flow": 0.4, "position_lots": 60},
        {"imbalance": 0.7, "trade_flow": 0.4, "own_orders": 1},
        {"imbalance": 0.7, "trade_flow": 0.4, "book_state": BookState.STALE},
    ],
)
def test_the_taker_waits_when_they_do_not_agree_or_it_has_enough(seen: dict[str, float]) -> None:
    assert wants(taking(**seen)) == []


def test_the_taker_cools_down() -> None:
    slots = taking(imbalance=0.7, trade_flow=0.4)
    assert len(wants(slots)) == 1
    look(slots, now_ns=10**9 + 499_000_000)
    assert wants(slots) == []
    look(slots, now_ns=10**9 + 500_000_000)
    assert len(wants(slots)) == 1
