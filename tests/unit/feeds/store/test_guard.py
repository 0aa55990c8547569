"""What a query may do, tried on the database that the recorder really opens."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from feeds.store.day_file import DayFile, Position
from feeds.store.errors import QueryError, QueryFailed, QueryRefused, QueryTooLong
from feeds.store.guard import QueryResult, run_bounded
from feeds.store.rows import Sorter
from feeds.store.sessions import Place, cut_by_session
from tests.tape_source import instrument_rows, market_tape, session_record


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DayFile]:
    path = tmp_path_factory.mktemp("guard") / "2026-11-21.duckdb"
    made = DayFile(path, Sorter(4_096), day=20_778, rollover_utc_s=0, memory_mb=128)
    tape = np.concatenate([session_record(), market_tape(2_999, first_sequence=1)])
    parts, place = cut_by_session(tape, Place(), 0)
    made.store(parts, instrument_rows(), "ring", Position(len(tape), place))
    yield made
    made.close()


def run(file: DayFile, sql: str, *, limit: int = 100, timeout_s: float = 5.0) -> QueryResult:
    return run_bounded(file.cursor(), sql, limit=limit, timeout_s=timeout_s, source="test")


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/hostname')",
        "select content from read_blob('/etc/hostname')",
        "select (select content from read_text('/etc/hostname'))",
        "select 1 where 1 in (select 2 from glob('/etc/*'))",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd.csv'",
        "select * from parquet_scan('/tmp/x')",
        "select * from query('select 1')",
        "select * from query_table('tape_market')",
        "select * from json_execute_serialized_sql(json_serialize_sql('select 1'))",
        "select * from pandas_scan(1::bigint)",
        "select * from arrow_scan(1, 2, 3)",
        "select * from checkpoint()",
        "select * from force_checkpoint()",
        "select * from enable_logging('QueryLog')",
        "select * from duckdb_secrets()",
        "select * from pragma_storage_info('tape_market')",
        "select nextval('s')",
        "select sleep_ms(10000)",
        "select write_log('x')",
        "copy tape_market to '/tmp/station-test-copy.csv'",
        "copy (select 1) to '/tmp/station-test-copy.csv'",
        "attach '/tmp/station-test-other.duckdb'",
        "detach memory",
        "use memory",
        "install httpfs",
        "load httpfs",
        "pragma database_list",
        "pragma memory_limit = '10GB'",
        "set memory_limit = '10GB'",
        "set threads = 8",
        "reset lock_configuration",
        "call pragma_version()",
        "insert into tape_file values (1, null, 1, null)",
        "with x as (insert into tape_file values (1, null, 1, null) returning *) select * from x",
        "update tape_session set records = 0",
        "delete from tape_market",
        "truncate tape_market",
        "create table mine as select 1",
        "create temp table mine as select 1",
        "create macro mine(a) as a",
        "drop table tape_market",
        "alter table tape_market rename to mine",
        "export database '/tmp/station-test-export'",
        "begin",
        "commit",
        "checkpoint",
        "vacuum",
        "prepare p as select 1",
        "explain analyze select 1",
        "select 1; select 2",
        "select 1; drop table tape_market",
        "",
        ";",
        "-- nothing",
    ],
)
def test_whatever_is_not_one_plain_select_is_refused(file: DayFile, sql: str) -> None:
    with pytest.raises(QueryError) as refusal:
        run(file, sql)
    assert isinstance(refusal.value, QueryRefused | QueryFailed)
    assert run(file, "select count(*) from tape").rows == [(3_000,)]
    assert run(file, "select count(*) from tape_file").rows == [(1,)]
    assert not list(Path("/tmp").glob("station-test-*"))


@pytest.mark.parametrize(
    "sql",
    [
        "with x as (insert into tape_file values (1, null, 1, null) returning *) select * from x",
        "select * from read_text('/etc/hostname')",
        "attach '/tmp/station-test-other.duckdb'",
        "copy tape_market to '/tmp/station-test-copy.csv'",
        "set memory_limit = '10GB'",
        "install httpfs",
    ],
)
def test_the_database_itself_refuses_what_the_parser_would_have_let_through(file: DayFile, sql: str) -> None:
    cursor = file.cursor()
    cursor.execute("begin transaction read only")
    with pytest.raises(duckdb.Error):
        cursor.execute(sql).fetchall()
    cursor.execute("rollback")


@pytest.mark.parametrize(
    "sql",
    [
        "select symbol, count(*), sum(quantity), avg(price) from trades group by all order by 1",
        "from book_changes limit 3",
        "with t as (select * from trades) select max(price) from t",
        """select time_bucket(interval '1 minute', time_utc::timestamp) as minute, first(price order by tape_sequence),
        max(price), min(price), last(price order by tape_sequence) from trades group by minute order by minute""",
        "select *, lag(price) over (partition by symbol order by tape_sequence) from trades limit 2",
        "select * from trades t asof join signals s on t.symbol = s.symbol and t.now_ns >= s.now_ns limit 1",
        "describe trades",
        "show tables",
        "summarize trades",
        "select view_name from duckdb_views() where not internal",
        "select table_name, column_name, comment from duckdb_columns() where comment is not null limit 3",
        "select * from range(3) union all select * from generate_series(1, 2)",
        "select unnest([1, 2, 3]), random() < 2, [x + 1 for x in [1, 2]], list_transform([1], lambda x: x + 1)",
        "select quantile_cont(price, 0.99), arg_max(symbol, price), string_agg(distinct symbol, ',') from trades",
        "select strftime(time_utc, '%H'), price::decimal(18, 2), case when price > 1 then 1 end from trades limit 1",
    ],
)
def test_what_people_ask_is_answered(file: DayFile, sql: str) -> None:
    answer = run(file, sql)
    assert answer.columns
    assert len(answer.rows) > 0


def test_surplus_rows_are_cut_off_and_said(file: DayFile) -> None:
    answer = run(file, "select * from range(1_000_000_000)", limit=5)
    assert answer.rows == [(0,), (1,), (2,), (3,), (4,)]
    assert answer.truncated
    assert not run(file, "select * from range(5)", limit=5).truncated


def test_a_wide_answer_is_cut_off_by_its_size(file: DayFile) -> None:
    answer = run(file, "select repeat('x', 20_000) from range(5_000)", limit=5_000)
    assert answer.truncated
    assert 0 < len(answer.rows) < 5_000


def test_a_query_that_runs_too_long_is_stopped(file: DayFile) -> None:
    with pytest.raises(QueryTooLong, match=r"timeout_s=0\.05"):
        run(file, "select count(*) from range(1_000_000_000_000)", timeout_s=0.05)
    assert run(file, "select 1").rows == [(1,)]


def test_a_query_that_needs_too_much_memory_is_refused_with_a_cure(file: DayFile) -> None:
    with pytest.raises(QueryFailed, match="more memory"):
        run(file, "select list(i), list(i + 1) from range(100_000_000) t(i)")
    assert run(file, "select 1").rows == [(1,)]


def test_a_mistake_is_told_in_the_words_of_the_database(file: DayFile) -> None:
    with pytest.raises(QueryFailed, match='"pric" not found'):
        run(file, "select pric from trades")
    with pytest.raises(QueryFailed, match="syntax error"):
        run(file, "selec 1")


def test_values_are_plain_enough_for_json(file: DayFile) -> None:
    answer = run(
        file,
        "select 1::hugeint << 100, 1.5::decimal(9, 2), date '2026-11-21', timestamp '2026-11-21 10:00:00', "
        "interval '1 hour', 'a'::blob, {'a': [1, 2]}, uuid '00000000-0000-0000-0000-000000000001', null, 'nan'::double",
    )
    *plain, nan = answer.rows[0]
    assert plain == [
        str(1 << 100),
        "1.50",
        "2026-11-21",
        "2026-11-21 10:00:00",
        3600.0,
        "61",
        {"a": [1, 2]},
        "00000000-0000-0000-0000-000000000001",
        None,
    ]
    assert np.isnan(nan)
