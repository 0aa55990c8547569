"""One record shape for everything that enters the core and everything it decides: commands, requests, reports, tape.

A ring of commands, of order requests, of execution reports, the journal and the tape all hold EVENT, so that a record
is copied whole and never translated. A market event is half as long (records/market.py) and is widened once, by the
core's loop, into the EVENT that `step` sees and the tape keeps.

What a field means depends on `kind`; unused fields are 0:

    kind              fields beside kind, source_id, sequence
    BOOK_LEVEL        instrument_id side price_ticks quantity_lots flags received_ns venue_ns
    TRADE             the same; side is the taker's, reference_id the venue's trade id
    HISTORY           as TRADE, of before we listened: price_ticks quantity_lots side venue_ns
    FEED_STATE        detail=FeedState; instrument_id or -1 for the whole feed
    INSTRUMENT_STATE  instrument_id detail=InstrumentState
    REFERENCE         instrument_id detail=Reference reference_id=value; LIQUIDATION: price_ticks quantity_lots side
    QUEUE_AHEAD       instrument_id reference_id=client id of our resting order quantity_lots=lots before it, exactly
    EXECUTION_REPORT  detail=Report client_id instrument_id side price_ticks quantity_lots filled_lots execution_id
                      reference_id=the venue's order id amount=fee (1e-8 of the settlement currency) reason=Reject
                      flags=MAKER|EXTERNAL|FINAL received_ns venue_ns; of all but FILLED execution_id=where the order
                      triggers, when the venue says it
                      valid_until_ns=when the request of its order left for the venue; 0: not known
    COMMAND           detail=Command reference_id=lease generation; an order's fields as in ORDER_REQUEST;
                      received_ns=when the key was pressed
    ORDER_REQUEST     detail=Request client_id instrument_id side order_type time_in_force price_ticks quantity_lots
                      flags valid_until_ns reference_id=the venue's order id when it is known;
                      sequence=its place in its ring
    terms             of COMMAND PLACE_ORDER, REPLACE_ORDER and of ORDER_REQUEST HOLD, NEW (core/orders/terms.py):
                      execution_id=trigger, or start of slices; amount=offset; filled_lots=largest part shown;
                      venue_ns=end. Of ORDER_REQUEST REPLACE the trigger alone
    DENIED            the refused intent or command with reason=DenyReason
    ORDER_UPDATE      client_id status filled_lots quantity_lots price_ticks reason
    FILL              client_id instrument_id side price_ticks quantity_lots amount=fee execution_id
    BREAKER           detail=BreakerState status=before reason=BreakerCause amount=value reference_id=limit
                      valid_until_ns=nobody arms it before execution_id=hash of the reason; detail equal to status:
                      amount is a peak of the equity, sequence its currency
    LIMIT_SET         reference_id=Limit amount=new price_ticks=old execution_id=hash of the reason
    PROTECTION        side price_ticks=best quantity_lots=what may be kept filled_lots=held detail=targets hit
                      status=is closing
    TIMER … CHECKPOINT  see vocabulary.EventKind
"""

import numpy as np

EVENT_BYTES = 128

EVENT = np.dtype(
    [
        ("tape_sequence", np.int64),  # the core's count of all it took and decided, without holes
        ("now_ns", np.int64),  # the core's clock when it took the event; a decision has its cause's
        ("received_ns", np.int64),  # our clock when it entered this machine: off the socket, off the key
        ("venue_ns", np.int64),  # the venue's clock; 0 if it sends none
        ("sequence", np.int64),  # its producer's count, without holes
        ("price_ticks", np.int64),
        ("quantity_lots", np.int64),
        ("filled_lots", np.int64),  # of this order in total, after this report
        ("reference_id", np.int64),  # trade id, venue order id, lease generation … by kind
        ("execution_id", np.int64),  # of one execution at its venue: reports are known by it
        ("client_id", np.int64),  # ours: epoch << 32 | counter
        ("valid_until_ns", np.int64),  # what adds risk is not sent later; 0: no limit
        ("amount", np.int64),  # money in 1e-8 of the settlement currency, or a value by kind
        ("instrument_id", np.int32),  # -1: none or all
        ("group_id", np.int32),  # legs that are reviewed together; 0: none
        ("strategy_id", np.int16),  # slot; -1: none, a person
        ("account_id", np.int16),
        ("source_id", np.int16),  # index of the venue group, seat or halt line it came from
        ("flags", np.int16),  # vocabulary.EventFlag
        ("kind", np.int8),  # vocabulary.EventKind
        ("detail", np.int8),  # Report, Command, Request, FeedState … by kind
        ("side", np.int8),  # vocabulary.Side
        ("order_type", np.int8),  # vocabulary.OrderType
        ("time_in_force", np.int8),  # vocabulary.TimeInForce
        ("status", np.int8),  # vocabulary.OrderStatus
        ("reason", np.int8),  # vocabulary.DenyReason, or Reject in a report
        ("origin", np.int8),  # vocabulary.Origin
    ]
)
assert EVENT.itemsize == EVENT_BYTES
