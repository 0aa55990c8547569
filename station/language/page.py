"""The page of commands, docs/commands.md: python -m station.language.page."""

from collections.abc import Iterable

from station.language.alerts import HOPS, OF_DESK, OF_INSTRUMENT, PERCENTILES, WORDS_OF
from station.language.commands import COMMANDS


def as_markdown() -> str:
    """The page docs/commands.md."""
    lines = [
        "# Commands",
        "",
        "Made from station/language/commands.py by `python -m station.language.page`. One language in three places:",
        "the prompt (`:`), the palette (`^P`), and `station do LINE`. Orders: [order-language.md](order-language.md).",
        "",
        "| command | what it does | example |",
        "|---|---|---|",
    ]
    for one in COMMANDS:
        written = f"{one.name} {one.grammar}".strip().replace("|", "\\|")
        lines.append(f"| `{written}` | {one.help} | `{one.example}` |")
    lines += [
        "",
        "## What an alert can look at",
        "",
        f"- of an instrument, `SYMBOL.` and one of {_listed(OF_INSTRUMENT)}; the symbol alone is its last price",
        f"- of the desk {_listed(OF_DESK)}; money in the account's currency",
        f"- `latency.HOP` and {_listed(PERCENTILES)}; the hops are {_listed(HOPS)}",
        f"- `VENUE.feed`, a word: {_listed(WORDS_OF['feed'])}; `SYMBOL.book`: {_listed(WORDS_OF['book'])}",
        "- `fill`, or `fill BTC*`: our own trades",
        "",
        "Tests are `>` `<` `>=` `<=` `crosses`, and of words `is` and `not`. `once`: never again. `every 5m`: again",
        "after so long while it holds, and never sooner. `band 0.1`: it must have been back by so much before it goes",
        "off anew.",
        "What is absent (a book that is not live, a signal that warms up) is shown as absent and changes nothing.",
        "",
        'Alerts are kept in alerts.toml. There, and only there, one can start a program: `command = ["notify-send",',
        '"station"]`; what happened is its last argument, no shell reads it, and after 10 s it is killed.',
    ]
    return "\n".join(lines) + "\n"


def _listed(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    print(as_markdown(), end="")
