"""The options of `station order`, as words of the order language: one place reads what an order is."""

from collections.abc import Mapping
from typing import Any

from station.errors import BadArgument

BLOTTER_WORDS = {
    "stop_limit": "stop",
    "market_if_touched": "mit",
    "limit_if_touched": "lit",
    "trailing_stop": "trail",
    "pegged": "peg",
    "market_to_limit": "mtl",
}
TYPES = (
    *("limit", "market", "stop", "mit", "lit", "trail", "iceberg", "twap", "vwap", "peg", "mtl"),
    *BLOTTER_WORDS,
)
"""As the language has them, and as the blotter writes them."""
NEEDS = {
    "stop": "trigger", "mit": "trigger", "lit": "trigger", "trail": "offset", "iceberg": "show",
    "twap": "lasts", "vwap": "lasts",
}  # fmt: skip
"""The option that says what stands behind the type's word."""


def option_words(options: Mapping[str, Any]) -> list[str]:
    """Raises BadArgument when an option that the type needs is missing, or one is given that it does not know."""
    kind = BLOTTER_WORDS.get(options["type_"] or "", options["type_"] or "limit")
    given = {name for name in ("trigger", "offset", "show", "lasts", "cap", "peg") if options[name]}
    words = ["@", options["price"]] if options["price"] else []
    if kind == "peg":
        words += ["peg", options["peg"] or "best", *([f"-{options['offset']}"] if options["offset"] else [])]
        used = {"peg", "offset"}
    elif kind in NEEDS:
        needed = NEEDS[kind]
        if not options[needed]:
            raise BadArgument(f"--type {kind} needs --{needed}")
        words += [kind, options[needed]]
        used = {needed}
        if kind in ("twap", "vwap"):
            words += [word for name in ("cap", "show") if options[name] for word in (name, options[name])]
            used |= {"cap", "show"}
    else:
        words += [] if kind == "limit" else [kind]
        used = set()
    if given - used:
        raise BadArgument(f"--type {kind} has no --{sorted(given - used)[0]}")
    words += ["from", options["from_"]] if options["from_"] else []
    words += [options["tif"]] if options["tif"] else []
    words += ["gtd", options["until"]] if options["until"] else []
    words += ["post"] if options["post_only"] else []
    words += ["reduce"] if options["reduce_only"] else []
    words += ["tp", *options["targets"]] if options["targets"] else []
    return words + (["sl", options["stop_loss"]] if options["stop_loss"] else [])
