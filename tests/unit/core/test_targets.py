"""Flatten and reverse: a wish that lasts until it is met, refused, or five seconds old."""

from core.vocabulary import Command, Request, Side
from tests.held_orders import Desk, requests


def test_a_flatten_means_the_account_of_the_desk_whatever_its_event_names() -> None:
    desk = Desk()
    desk.hold(20)
    said = desk.command(Command.FLATTEN, instrument_id=0, account_id=3)
    assert requests(said) == [(Request.NEW, Side.SELL, 0, 20)]
    assert desk.state.blotter.orders[desk.state.blotter.open_slots[0]]["account_id"] == 0
