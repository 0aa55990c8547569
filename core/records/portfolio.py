"""What the onlooker shows: one cell, the risk of all positions together."""

import numpy as np

PORTFOLIO_INSTRUMENTS = 24
PORTFOLIO_SCENARIOS = 16
MEASURES = ("var_95", "var_99", "shortfall_95", "shortfall_99")
"""Order of the four losses of each method."""

PORTFOLIO = np.dtype(
    [
        ("message", "S120"),
        ("currency", "S16"),  # of all money here; positions that settle in another one are left out
        ("measured_ns", np.int64),  # 0: nothing yet
        ("period_s", np.int64),  # between two samples
        ("horizon_s", np.int64),  # of the losses
        ("samples", np.int64),  # returns that history knows
        ("effective_samples", np.float64),  # what they count for, newer ones weighing more
        ("left_out", np.int64),  # positions in another currency, or without a price
        ("instruments", np.int64),  # rows filled below
        ("scenarios", np.int64),
        ("gross", np.float64),
        ("net", np.float64),
        ("historical", np.float64, (4,)),  # MEASURES, positive; 0: too few samples
        ("parametric", np.float64, (4,)),
        ("monte_carlo", np.float64, (4,)),
        ("instrument_ids", np.int64, (PORTFOLIO_INSTRUMENTS,)),
        ("exposures", np.float64, (PORTFOLIO_INSTRUMENTS,)),
        ("deviations", np.float64, (PORTFOLIO_INSTRUMENTS,)),  # of returns over the horizon
        ("betas", np.float64, (PORTFOLIO_INSTRUMENTS,)),  # against the first instrument
        ("correlation", np.float64, (PORTFOLIO_INSTRUMENTS, PORTFOLIO_INSTRUMENTS)),
        ("scenario_names", "S32", (PORTFOLIO_SCENARIOS,)),
        ("scenario_losses", np.float64, (PORTFOLIO_SCENARIOS,)),
    ]
)
assert PORTFOLIO.itemsize % 8 == 0
