"""The portfolio's cell as a screen sees it."""

import numpy as np

from core.memory.files import Memory, create_files
from core.memory.layout import Capacities
from core.records.portfolio import PORTFOLIO
from station.link.portfolio import PortfolioReader
from station.views.portfolio import Losses, PortfolioView

SMALL = Capacities(market=64, tape=64, journal=64, books=2, positions=4, open_orders=8, strategies=2)


def test_nothing_is_shown_until_something_was_measured_and_a_torn_value_never() -> None:
    memory = Memory(create_files("portfolio", ("sim",), SMALL), frozenset({"portfolio"}))
    reader, cells = PortfolioReader(memory), memory.cells("portfolio")
    assert reader.view() == PortfolioView()
    value = np.zeros(1, PORTFOLIO)
    value["measured_ns"], value["currency"], value["instruments"], value["scenarios"] = 5, b"USD", 2, 1
    value["parametric"][0] = [1.0, 2.0, 3.0, 4.0]
    value["exposures"][0, :2], value["correlation"][0, 0, :2] = [10.0, -4.0], [1.0, 0.5]
    value["scenario_names"][0, 0], value["scenario_losses"][0, 0] = "all prices −20 %".encode(), 7.0
    cells.values[0], cells.counts[0, 0] = value[0], 2
    view = reader.view()
    assert (view.currency, view.parametric) == ("USD", Losses(1.0, 2.0, 3.0, 4.0))
    assert [one.exposure for one in view.held] == [10.0, -4.0]
    assert view.held[0].correlations == (1.0, 0.5)
    assert [(one.name, one.loss) for one in view.stress] == [("all prices −20 %", 7.0)]
    cells.counts[0, 0] = 3  # being written
    assert reader.view() is view
    memory.close()
