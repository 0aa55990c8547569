"""Which station is this? The installed version, or `source` in a checkout that was never installed."""

from importlib.metadata import PackageNotFoundError, version


def station_version() -> str:
    try:
        return version("trading-station")
    except PackageNotFoundError:
        return "source"
