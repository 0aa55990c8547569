"""Every mistake of a configuration at once, each with key and what is allowed."""

from typing import Any

import msgspec
import pytest

from core.config import CoreConfig, RiskLimits, mistakes


def test_the_defaults_are_sound() -> None:
    assert mistakes(CoreConfig(), usable_cpus=[0]) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("max_order_notional", 0.0),
        ("max_order_notional", float("nan")),
        ("max_position_notional", float("inf")),
        ("max_gross_notional", -1.0),
        ("daily_loss", 1e300),
        ("collar_bps", float("nan")),
        ("collar_bps", -0.1),
        ("collar_bps", 10_001.0),
        ("max_order_lots", 0),
        ("max_order_lots", 1 << 53),
        ("max_open_orders", -1),
        ("orders_per_second", 1 << 40),
        ("command_valid_ms", 0),
    ],
)
def test_a_limit_out_of_range_is_named(key: str, value: Any) -> None:
    found = mistakes(CoreConfig(risk=msgspec.structs.replace(RiskLimits(), **{key: value})))
    assert any(line.startswith(f"core.risk.{key}: ") and "allowed: " in line for line in found)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("stale_after_ms", 0),
        ("heartbeat_ms", 10),
        ("lease_ms", 999),
        ("paper_latency_us", -1),
        ("rollover_utc_s", 86_400),
        ("cpu", -2),
    ],
)
def test_a_time_out_of_range_is_named(key: str, value: int) -> None:
    found = mistakes(msgspec.structs.replace(CoreConfig(), **{key: value}))
    assert [line.split(":")[0] for line in found] == [f"core.{key}"]


def test_a_cpu_that_is_not_ours_is_named_with_those_that_are() -> None:
    assert mistakes(CoreConfig(cpu=7), usable_cpus=[0, 2]) == [
        "core.cpu: 7 does not exist or is not ours; allowed: -1, 0, 2"
    ]
    assert mistakes(CoreConfig(cpu=2), usable_cpus=[0, 2]) == []


def test_limits_that_contradict_each_other_are_named() -> None:
    limits = RiskLimits(max_order_notional=3.0, max_position_notional=2.0, max_gross_notional=1.0)
    assert len(mistakes(CoreConfig(risk=limits))) == 2


def test_all_mistakes_are_told_at_once() -> None:
    config = CoreConfig(cpu=-5, lease_ms=0, risk=RiskLimits(max_order_lots=0, command_valid_ms=-1))
    assert len(mistakes(config)) == 4
