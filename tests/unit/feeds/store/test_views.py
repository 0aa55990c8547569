"""What a person finds in a day file: names, decimals, wall-clock times, words, and a unit for every column."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pytest

from core.units import to_decimal
from core.vocabulary import Command, DenyReason, EventFlag, EventKind, OrderStatus, Reference, Report, Request, Side
from feeds.store.day_file import DayFile, Position
from feeds.store.queries import query
from feeds.store.rows import TABLES, Sorter
from feeds.store.schema import SCHEMA_SQL, units
from feeds.store.sessions import Place, cut_by_session
from tests.tape_source import EPOCH, SYMBOLS, WALL_OFFSET_NS, empty_events, instrument_rows, market_tape, session_record

NOW_NS = 5_000_000_000_000


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    file = DayFile(
        tmp_path_factory.mktemp("views") / "2026-11-21.duckdb",
        Sorter(4_096),
        day=20_778,
        rollover_utc_s=0,
        memory_mb=128,
    )
    decisions = order_life()
    tape = np.concatenate([session_record(now_ns=NOW_NS), market_tape(2_000, first_sequence=1, now_ns=NOW_NS)])
    tape = tape[tape["kind"] != EventKind.ORDER_REQUEST]
    tape = tape[(tape["kind"] != EventKind.ORDER_UPDATE) & (tape["kind"] != EventKind.FILL)]
    decisions["tape_sequence"] = np.arange(len(decisions)) + 2_001
    facts = contract_facts(int(decisions["tape_sequence"][-1]) + 1)
    parts, place = cut_by_session(np.concatenate([tape, decisions, facts]), Place(), 0)
    file.store(parts, instrument_rows(), "ring", Position(len(tape), place))
    yield file.cursor()
    file.close()


def contract_facts(first_sequence: int) -> np.ndarray:
    """EVENT[n]: a mark, a funding rate, when it is paid, and a liquidation."""
    facts = empty_events(4)
    facts["kind"], facts["now_ns"], facts["instrument_id"] = EventKind.REFERENCE, NOW_NS + 2_000_000_000, 1
    facts["tape_sequence"] = first_sequence + np.arange(4)
    facts["detail"] = (Reference.MARK_E8, Reference.FUNDING_E8, Reference.FUNDING_AT_NS, Reference.LIQUIDATION)
    facts["reference_id"] = (6_511_430_000_000, 12_500, 1_700_000_040_000_000_000, 0)
    facts["side"][3], facts["price_ticks"][3], facts["quantity_lots"][3] = Side.SELL, 5, 7
    return facts


def order_life() -> np.ndarray:
    """EVENT[n]: a key press, the order it makes, its acknowledgement, two fills, and another order that is denied.

    At the end the second fill again: as a core tells it that was killed before it had journalled its report.
    """
    events = empty_events(9)
    events["now_ns"] = NOW_NS + 1_000_000_000 + np.arange(9)
    events["client_id"] = (EPOCH << 32) + 1
    events["instrument_id"] = 1
    events["account_id"] = 0
    kinds = (
        EventKind.COMMAND,
        EventKind.ORDER_REQUEST,
        EventKind.EXECUTION_REPORT,
        EventKind.ORDER_UPDATE,
        EventKind.FILL,
        EventKind.ORDER_UPDATE,
        EventKind.FILL,
        EventKind.ORDER_UPDATE,
        EventKind.DENIED,
    )
    events["kind"] = kinds
    events["detail"][:3] = (Command.PLACE_ORDER, Request.NEW, Report.ACCEPTED)
    events["source_id"][0] = 3
    events["side"] = Side.BUY
    events["order_type"] = events["time_in_force"] = events["origin"] = 1
    events["price_ticks"] = (251_000, 251_000, 251_000, 251_000, 250_900, 251_000, 251_000, 251_000, 251_000)
    events["quantity_lots"] = (300_000, 300_000, 0, 300_000, 100_000, 300_000, 200_000, 300_000, 500_000)
    events["filled_lots"] = (0, 0, 0, 0, 0, 100_000, 0, 300_000, 0)
    events["status"][[3, 5, 7]] = (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED, OrderStatus.FILLED)
    events["amount"][[4, 6]] = 10_000_000
    events["flags"][6] = EventFlag.MAKER
    events["reason"][8] = DenyReason.MAX_POSITION
    events["client_id"][8] = 0
    events["execution_id"][[4, 6]] = (11, 12)
    return np.append(events, events[6:7])


def one(asked: duckdb.DuckDBPyConnection, sql: str) -> tuple[object, ...]:
    (row,) = asked.execute(sql).fetchall()
    return row


def test_every_column_of_every_table_has_a_unit_in_schema_and_file(asked: duckdb.DuckDBPyConnection) -> None:
    found = asked.execute(
        "select table_name, column_name, comment from duckdb_columns() where starts_with(table_name, 'tape_')"
    ).fetchall()
    assert sorted(found) == sorted(units())
    assert SCHEMA_SQL.count("create table") == len({table for table, _, _ in found})


def test_the_tables_of_the_schema_are_those_of_the_rows(asked: duckdb.DuckDBPyConnection) -> None:
    for table in TABLES:
        columns = [column for name, column, _ in units() if name == table.name]
        assert columns == ["session", *table.fields]


def test_a_trade_has_symbol_decimals_side_and_wall_clock(asked: duckdb.DuckDBPyConnection) -> None:
    symbol, side, price, price_ticks, quantity, lots, offset_ns = one(
        asked,
        "select symbol, taker_side, price, price_ticks, quantity, quantity_lots, epoch_ns(time_utc) - now_ns "
        "from trades order by tape_sequence limit 1",
    )
    assert symbol in SYMBOLS
    assert side in ("BUY", "SELL")
    assert price == float(to_decimal(int(str(price_ticks)), 1, -2))
    assert Decimal(str(quantity)) == to_decimal(int(str(lots)), 1, -5)
    assert offset_ns == WALL_OFFSET_NS


def test_a_book_change_says_its_flags_in_words(asked: duckdb.DuckDBPyConnection) -> None:
    words = {flags for (flags,) in asked.execute("select distinct flags from book_changes").fetchall()}
    assert words == {"", "LAST_IN_FRAME"}


def test_a_signal_is_the_number_that_the_core_computed(asked: duckdb.DuckDBPyConnection) -> None:
    tape = market_tape(2_000, first_sequence=1, now_ns=NOW_NS)
    signals = tape[tape["kind"] == EventKind.SIGNAL]
    found = asked.execute("select value from signals order by tape_sequence").fetchnumpy()["value"]
    assert found.tobytes() == signals["amount"].copy().view(np.float64).tobytes()
    assert one(asked, "select count(*) from signals where signal = 'RSI'") == ((signals["reference_id"] == 5).sum(),)
    states = int((tape["kind"] == EventKind.BOOK_STATE).sum())
    assert one(asked, "select count(*) from book_states where state = 'LIVE'") == (states,)


def test_an_order_is_one_row_with_the_last_that_is_known(asked: duckdb.DuckDBPyConnection) -> None:
    row = one(
        asked,
        "select symbol, side, order_type, time_in_force, price, quantity, filled, round(average_price, 6), status, "
        "fee, origin from orders",
    )
    average = (2509 * 1 + 2510 * 2) / 3
    assert row == ("ETH-USD.alpha", "BUY", "LIMIT", "GTC", 2510.0, 3.0, 3.0, round(average, 6), "FILLED", 0.2, "KEY")


def test_fills_updates_requests_reports_commands_and_denials_have_views(asked: duckdb.DuckDBPyConnection) -> None:
    assert asked.execute("select price, quantity, fee, fee_currency, is_maker from fills").fetchall() == [
        (2509.0, 1.0, 0.1, "USD", False),
        (2510.0, 2.0, 0.1, "USD", True),
    ]
    updates = asked.execute("select status, filled from order_updates order by tape_sequence").fetchall()
    assert updates == [("NEW", 0.0), ("PARTIALLY_FILLED", 1.0), ("FILLED", 3.0)]
    assert one(asked, "select request, quantity from order_requests") == ("NEW", 3.0)
    assert one(asked, "select report, client_id from reports") == ("ACCEPTED", (EPOCH << 32) + 1)
    assert one(asked, "select command, seat from commands") == ("PLACE_ORDER", 3)
    assert one(asked, "select reason, symbol, quantity from denials") == ("MAX_POSITION", "ETH-USD.alpha", 5.0)


def test_sessions_and_instruments_are_named(asked: duckdb.DuckDBPyConnection) -> None:
    assert one(asked, "select epoch, is_begun, lost from sessions")[:2] == (EPOCH, True)
    assert one(asked, "select symbol, tick, lot, asset_class from instruments where instrument_id = 0") == (
        "BTC-USD.alpha",
        0.01,
        0.00001,
        "SPOT",
    )


def test_the_tape_view_holds_every_record_once(asked: duckdb.DuckDBPyConnection) -> None:
    counts = one(asked, "select count(*), count(distinct tape_sequence), (select sum(records) from sessions) from tape")
    assert len(set(counts)) == 1


def test_the_path_of_a_file_is_quoted_when_it_is_attached(tmp_path: Path) -> None:
    folder = tmp_path / "it's here"
    DayFile(folder / "2026-11-21.duckdb", Sorter(4_096), day=20_778, rollover_utc_s=0, memory_mb=64).close()
    assert query("select count(*) from tape", socket_path=None, folder=folder).rows == [(0,)]


def test_what_a_venue_says_of_a_contract_is_in_its_own_units(asked: duckdb.DuckDBPyConnection) -> None:
    columns = "fact, value, epoch_ns(funding_utc), side, quantity is not null"
    rows = asked.execute(f"select {columns} from contract_facts order by tape_sequence").fetchall()
    assert [row[0] for row in rows] == ["MARK_E8", "FUNDING_E8", "FUNDING_AT_NS", "LIQUIDATION"]
    assert rows[0][1] == pytest.approx(65_114.3)
    assert rows[1][1] == pytest.approx(0.000125)
    assert rows[2][2] == 1_700_000_040_000_000_000
    assert rows[3][3:] == ("SELL", True)
