"""An alert in words: what is looked at, against what, and how often it may be told.

BTC-USD crosses 61000        BTC-USD.imbalance > 0.6 band 0.1      BTC-USD.book not LIVE     alpha.feed is STALE
pnl < -500                   drawdown > 5% every 10m               latency.step p99 > 1ms    fill BTC* once
"""

import re

from msgspec.structs import replace

from core.errors import UnitsError
from core.units import NS_OF, to_ns
from core.vocabulary import BookState, FeedState, Hop
from station.language.reader import Reader, Word
from station.views.alerts import Alert, Test

OF_INSTRUMENT = (
    "price", "bid", "ask", "mid", "spread", "change", "volume", "position", "imbalance", "flow", "volatility", "rsi",
    "macd", "book",
)  # fmt: skip
OF_DESK = ("pnl", "realised", "equity", "drawdown", "orders", "unknown", "denied", "halted")
PERCENTILES = ("p50", "p99", "p999", "max")
HOPS = tuple(hop.name.lower() for hop in Hop)
WORDS_OF = {
    "book": tuple(state.name for state in BookState),
    "feed": tuple(state.name for state in FeedState),
    "halted": ("yes", "no"),
}
LATENCY, FILL, FEED = "latency.", "fill", ".feed"
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")
_SHORT = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s)")
_SHORT_NS = {"ns": 1, "us": 1_000, "µs": 1_000, "ms": 1_000_000, "s": 1_000_000_000}


def read_alert(reader: Reader) -> Alert:
    """The rest of the line."""
    first = reader.take("what to look at", "BTC-USD, BTC-USD.imbalance, pnl, latency.step, alpha.feed, fill")
    subject = first.text
    if first.key.startswith(LATENCY):
        subject = _latency(reader, first)
    test, word, value = Test.HAPPENS, "", 0.0
    if first.key == FILL:
        pattern = reader.next
        if pattern is not None and pattern.key not in ("once", "every"):
            word = reader.take("", "").text
        subject = FILL
    else:
        test = _test(reader)
        if _kind(subject) in WORDS_OF:
            word = _state(reader, subject, test)
        elif test in (Test.IS, Test.IS_NOT):
            raise reader.wrong(reader.last, f"{subject} is a number", "say > < >= <= or crosses")
        else:
            value = _number(reader, subject)
    alert = Alert(line=reader.line[first.start :].strip(), subject=subject, test=test, word=word, value=value)
    return _with_ending(alert, reader)


def _kind(subject: str) -> str:
    return subject.rpartition(".")[2].casefold()


def _latency(reader: Reader, first: Word) -> str:
    hop = first.key.removeprefix(LATENCY)
    hop, _, percentile = hop.partition(".")
    if hop not in HOPS:
        raise reader.unknown(first._replace(text=hop), HOPS, "hop")
    if not percentile:
        said = reader.take("the percentile", ", ".join(PERCENTILES))
        percentile = said.key
        if percentile not in PERCENTILES:
            raise reader.unknown(said, PERCENTILES, "percentile")
    return f"{LATENCY}{hop}.{percentile}"


def _test(reader: Reader) -> Test:
    said = reader.take("the test", "> < >= <= crosses is not")
    if said.key == "is" and reader.take_if("not"):
        return Test.IS_NOT
    for test in Test:
        if test.value == said.key and test is not Test.HAPPENS:
            return test
    raise reader.wrong(said, f"{said.text!r} is no test", "say > < >= <= crosses is or not, with a space round it")


def _state(reader: Reader, subject: str, test: Test) -> str:
    if test not in (Test.IS, Test.IS_NOT):
        raise reader.wrong(reader.last, f"{subject} is a word", "say is, or not")
    known = WORDS_OF[_kind(subject)]
    said = reader.take("the state", ", ".join(known))
    found = next((state for state in known if state.casefold() == said.key), None)
    if found is None:
        raise reader.unknown(said, known, "state")
    return found


def _number(reader: Reader, subject: str) -> float:
    said = reader.take("the value", "for example 61000, 5%, 1ms")
    text = said.key
    if subject.startswith(LATENCY):
        found = _SHORT.fullmatch(text)
        if found is None:
            raise reader.wrong(said, f"{said.text} is no time", "say 800ns, 500us, 1ms or 1s")
        return float(found[1]) * _SHORT_NS[found[2]]
    share = 100.0 if text.endswith("%") else 1.0
    text = text.removesuffix("%")
    if not text or not _NUMBER.fullmatch(text) or not text.strip("+-"):
        raise reader.wrong(said, f"{said.text} is no number", "for example 61000, -500, 0.6, 5%")
    return float(text.replace(",", "")) / share


def _with_ending(alert: Alert, reader: Reader) -> Alert:
    """How often it may be told, and how far back it must go first."""
    while (said := reader.take_if("once", "every", "band")) is not None:
        if said.key == "once":
            alert = replace(alert, once=True)
        elif said.key == "every":
            word = reader.take("how often", "for example 5m")
            try:
                alert = replace(alert, every_ns=max(NS_OF["s"], to_ns(word.key)))
            except UnitsError:
                raise reader.wrong(word, f"{word.text} is no time", "say 30s, 5m or 1h") from None
        else:
            alert = replace(alert, band=abs(_number(reader, "")))
    return alert
