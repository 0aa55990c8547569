"""Options of `station order` are words of the language, and nothing is lost between them."""

from typing import Any

import pytest

from station.cli.order_options import option_words
from station.errors import BadArgument

NOTHING: dict[str, Any] = dict.fromkeys(
    ("type_", "price", "trigger", "offset", "show", "lasts", "cap", "peg", "from_", "tif", "until", "stop_loss")
)
NOTHING |= {"post_only": False, "reduce_only": False, "targets": ()}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, ""),
        ({"price": "64000", "post_only": True, "tif": "day"}, "@ 64000 day post"),
        ({"type_": "market", "reduce_only": True}, "market reduce"),
        ({"type_": "stop", "trigger": "2900", "price": "2890"}, "@ 2890 stop 2900"),
        ({"type_": "market_if_touched", "trigger": "2900"}, "mit 2900"),
        ({"type_": "trail", "offset": "1.5%", "from_": "3000"}, "trail 1.5% from 3000"),
        ({"type_": "iceberg", "price": "1", "show": "0.2"}, "@ 1 iceberg 0.2"),
        ({"type_": "vwap", "lasts": "1h", "cap": "10%", "show": "0.1"}, "vwap 1h cap 10% show 0.1"),
        ({"type_": "pegged", "peg": "mid", "offset": "2t"}, "peg mid -2t"),
        ({"type_": "market_to_limit"}, "mtl"),
        ({"price": "1", "until": "17:30"}, "@ 1 gtd 17:30"),
        ({"price": "1", "targets": ("2:50%", "3:50%"), "stop_loss": "0.5"}, "@ 1 tp 2:50% 3:50% sl 0.5"),
    ],
)
def test_options_become_words(options: dict[str, Any], words: str) -> None:
    assert " ".join(option_words(NOTHING | options)) == words


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"type_": "stop"}, "--type stop needs --trigger"),
        ({"type_": "twap"}, "--type twap needs --lasts"),
        ({"trigger": "2900"}, "--type limit has no --trigger"),
        ({"type_": "stop", "trigger": "1", "cap": "10%"}, "--type stop has no --cap"),
        ({"type_": "trail", "offset": "1%", "peg": "mid"}, "--type trail has no --peg"),
    ],
)
def test_an_option_that_is_missing_or_means_nothing_is_named(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BadArgument, match=words):
        option_words(NOTHING | options)
