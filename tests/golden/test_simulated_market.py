"""A tenth of a second of the simulated market, by its hash: compiled and plain Python give the same bits.

A change here means that recorded sessions of older versions cannot be repeated: change it on purpose only.
"""

import hashlib

import pytest

from core.records.market import MARKET_EVENT
from tests.unit.feeds.simulator.test_exchange import MS, opened, some_arrivals, told

pytestmark = pytest.mark.usefixtures("simulator_kernels")

EVENTS = 255
MARKET = "11961dfb8f738f46bcb57a9170798e6b"
REPORTS = "05f1bb8a6c198c3a5e2ffac7046f6df4"
STATE = "81d459c9bbd12caa03203502d97618d0"


def test_a_tenth_of_a_second_is_these_bits() -> None:
    market, reports, state = told(opened(), some_arrivals(), 100 * MS)
    assert len(market) // MARKET_EVENT.itemsize == EVENTS
    assert hashlib.blake2b(market, digest_size=16).hexdigest() == MARKET
    assert hashlib.blake2b(reports, digest_size=16).hexdigest() == REPORTS
    assert state == STATE
