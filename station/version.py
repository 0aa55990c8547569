"""Which station is this? The installed version, or `source` in a checkout that was never installed."""


def station_version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # weighs as much as a tenth of the screen's start

    try:
        return version("trading-station")
    except PackageNotFoundError:
        return "source"
