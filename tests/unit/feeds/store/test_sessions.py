"""Which session a record belongs to."""

import numpy as np

from core.vocabulary import EventKind
from feeds.store.sessions import Place, Session, cut_by_session
from tests.tape_source import KERNEL_HASH, market_tape, session_record

OFFSET_NS = 1_700_000_000_000_000_000


def numbered(*numbers: int) -> np.ndarray:
    events = market_tape(len(numbers), now_ns=1_000_000_000)
    events["tape_sequence"] = numbers
    return events


def begun(number: int, *, epoch: int = 7) -> np.ndarray:
    return session_record(first_sequence=number, epoch=epoch, now_ns=1_000_000_000)


OLD = Place(Session(5_000, 7, KERNEL_HASH, OFFSET_NS), 99)


def test_a_session_record_begins_a_session_that_is_named_by_its_wall_clock() -> None:
    event = begun(0)
    event["amount"] = OFFSET_NS
    (part,), place = cut_by_session(np.concatenate([event, numbered(1, 2, 3)]), Place(), 0)
    assert part.session == Session((OFFSET_NS + 1_000_000_000) // 1_000_000, 7, KERNEL_HASH, OFFSET_NS)
    assert (part.is_begun, len(part.events), part.lost) == (True, 4, 0)
    assert place == Place(part.session, 3)


def test_a_tape_that_is_found_in_the_middle_has_a_session_without_a_beginning() -> None:
    (part,), place = cut_by_session(numbered(500, 501), Place(), OFFSET_NS)
    assert (part.is_begun, part.lost, part.session.epoch, part.session.kernel_hash) == (False, 0, 0, 0)
    assert place.tape_sequence == 501


def test_records_go_on_with_the_session_that_the_tape_stood_in() -> None:
    (part,), place = cut_by_session(numbered(100, 101), OLD, OFFSET_NS)
    assert part.session == OLD.session
    assert (part.is_begun, part.lost, place.tape_sequence) == (False, 0, 101)


def test_missing_numbers_are_counted_before_and_between() -> None:
    (part,), _ = cut_by_session(numbered(103, 104, 110), OLD, OFFSET_NS)
    assert part.lost == 3 + 5


def test_a_session_record_of_the_same_epoch_goes_on() -> None:
    parts, place = cut_by_session(np.concatenate([numbered(100), begun(101), numbered(102)]), OLD, OFFSET_NS)
    assert {part.session for part in parts} == {OLD.session}
    assert not any(part.is_begun for part in parts)
    assert (place.tape_sequence, sum(part.lost for part in parts)) == (102, 0)


def test_a_session_record_of_another_epoch_begins_anew() -> None:
    parts, _ = cut_by_session(np.concatenate([numbered(100), begun(0, epoch=8), numbered(1)]), OLD, OFFSET_NS)
    assert [part.session.epoch for part in parts] == [7, 8]
    assert [part.lost for part in parts] == [0, 0]
    assert parts[1].session.number > parts[0].session.number


def test_numbers_that_start_again_are_another_session_even_when_its_first_record_was_lost() -> None:
    parts, place = cut_by_session(numbered(100, 101, 3, 4), OLD, OFFSET_NS)
    assert [len(part.events) for part in parts] == [2, 2]
    assert parts[1].session != OLD.session
    assert not parts[1].is_begun
    assert place.tape_sequence == 4


def test_two_sessions_never_have_the_same_number() -> None:
    parts, _ = cut_by_session(np.concatenate([begun(0, epoch=1), begun(0, epoch=2), begun(0, epoch=3)]), Place(), 0)
    assert len({part.session.number for part in parts}) == 3
    assert all(int(part.events["kind"][0]) == EventKind.SESSION for part in parts)
