"""The onlooker's cell as a view."""

import numpy as np

from core.clock import monotonic_ns
from core.memory.files import Memory
from core.memory.numpy_cell import read
from station.views.portfolio import HeldView, Losses, PortfolioView, StressView


class PortfolioReader:
    """Keeps the last whole value: one that is being written is shown as it was."""

    def __init__(self, memory: Memory) -> None:
        self._cells = memory.cells("portfolio")
        self._view = PortfolioView()
        self._version = -1

    def view(self) -> PortfolioView:
        version = int(self._cells.counts[0, 0])
        if version != self._version and (value := read(self._cells, 0)) is not None:
            self._version, self._view = version, portfolio_view(value, monotonic_ns())
        return self._view


def portfolio_view(value: np.void, now_ns: int) -> PortfolioView:
    if value["measured_ns"] == 0:
        return PortfolioView()
    count = int(value["instruments"])
    return PortfolioView(
        measured_ns=int(value["measured_ns"]),
        age_ns=now_ns - int(value["measured_ns"]),
        currency=value["currency"].decode(),
        message=value["message"].decode(errors="replace"),
        horizon_s=int(value["horizon_s"]),
        samples=int(value["samples"]),
        left_out=int(value["left_out"]),
        gross=float(value["gross"]),
        net=float(value["net"]),
        historical=_losses(value["historical"]),
        parametric=_losses(value["parametric"]),
        monte_carlo=_losses(value["monte_carlo"]),
        held=tuple(
            HeldView(
                instrument_id=int(value["instrument_ids"][place]),
                exposure=float(value["exposures"][place]),
                deviation=float(value["deviations"][place]),
                beta=float(value["betas"][place]),
                correlations=tuple(float(one) for one in value["correlation"][place][:count]),
            )
            for place in range(count)
        ),
        stress=tuple(
            StressView(name=name.decode(errors="replace"), loss=float(loss))
            for name, loss in zip(
                value["scenario_names"][: int(value["scenarios"])],
                value["scenario_losses"][: int(value["scenarios"])],
                strict=True,
            )
        ),
    )


def _losses(values: np.ndarray) -> Losses:
    return Losses(*(float(value) for value in values))
