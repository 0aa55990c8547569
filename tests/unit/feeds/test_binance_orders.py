"""What is Binance's own about orders: signatures and names. Their life over the wire: live_venues."""

import json
from pathlib import Path

import pytest

from core.vocabulary import Reject
from feeds.credentials import read_credentials
from feeds.errors import CredentialsMissing
from feeds.order_entry.names import MarkedNames
from feeds.venues.binance.order_words import ERRORS
from feeds.venues.binance.signing import sign, signed_parameters
from tests.doubles.binance import BinanceDouble

KEYS = BinanceDouble.keys


def test_signatures_equal_the_venues_own_vectors(captures: Path) -> None:
    vectors = json.loads((captures / "auth_vectors" / "auth_vectors.json").read_text())
    ours = [vector for vector in vectors if vector["venue"] == "binance" and "HMAC" in vector["scheme"]]
    assert len(ours) >= 2
    for vector in ours:
        assert sign(vector["input"]["message"], vector["input"]["secret"]) == vector["expected"]


def test_websocket_parameters_are_signed_in_the_order_of_their_names() -> None:
    signed = signed_parameters({"timestamp": 2, "symbol": "X"}, KEYS)
    assert signed["signature"] == sign("apiKey=the-key&symbol=X&timestamp=2", KEYS.secret)


def test_a_client_id_survives_the_venues_text_and_strangers_are_none_of_ours() -> None:
    names = MarkedNames()
    for client_id in (1, (1 << 61) | 1_763_700_000_000_000, (5 << 32) | 77):
        assert names.read(names.write(client_id, 12)) == (client_id, 12)
        assert len(names.write(client_id, 9_999)) <= 36
    for text in ("", "web_abc", "stn-", "stn-zz-0", "stn-1", "stn-1-x"):
        assert names.read(text) == (0, 0)


def test_what_a_venue_says_in_new_words_is_other() -> None:
    assert ERRORS.reason(-1013, "Filter failure: PRICE_FILTER") == Reject.BAD_PRICE
    assert ERRORS.reason(-1013, "Filter failure: NOTIONAL") == Reject.BAD_QUANTITY
    assert ERRORS.reason(-1013, "the moon is full") == Reject.OTHER


@pytest.mark.parametrize("mode", [0o644, 0o640])
def test_a_secret_that_others_may_read_is_refused_with_a_sentence(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('key = "k"\nsecret = "s"\n')
    path.chmod(mode)
    with pytest.raises(CredentialsMissing, match="others may read it"):
        read_credentials(str(path), venue="binance")
    path.chmod(0o600)
    assert read_credentials(str(path), venue="binance").key == "k"
    assert "s" not in repr(read_credentials(str(path), venue="binance")).replace("Credentials", "")


def test_no_credentials_are_a_sentence_and_not_a_traceback() -> None:
    with pytest.raises(CredentialsMissing, match="the venue wants credentials for this"):
        read_credentials("", venue="binance")
