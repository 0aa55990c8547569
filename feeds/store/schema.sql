-- What a day file holds: one DuckDB file a trading day, <folder>/YYYY-MM-DD.duckdb, written by the recorder alone.
--
-- The tables tape_* keep every EVENT of core/records/event.py bit for bit; (session, tape_sequence) names a record and
-- is its order. A record lies in exactly one of three tables: the narrow two leave out the columns in which its kinds
-- hold only what an empty record holds (feeds/store/rows.py). The views below them are for people.
--
-- The comment behind a column is its unit or meaning; the recorder stores it in the file too:
--     select column_name, comment from duckdb_columns() where table_name = 'tape_market'
--
-- Macros *_name (side_name, status_name …) come from core/vocabulary.py and are made before this file is run.

create table tape_file (
    schema_version integer, -- version of this file's layout
    day date, -- trading day, UTC unless the rollover says otherwise
    rollover_utc_s integer, -- seconds after midnight UTC at which the trading day turns
    created_utc timestamp, -- wall clock, UTC
);

create table tape_position (
    ring varchar, -- names the shared memory that the tape came through: boot and inode
    position bigint, -- records of that ring that are stored: moved in the same transaction as the records
    session bigint, -- session of the last stored record
    tape_sequence bigint, -- number of the last stored record
);

create table tape_session (
    session bigint, -- wall clock of its first record, ms since 1970: the same in every file that it reaches into
    epoch bigint, -- count of core starts of the desk
    kernel_hash bigint, -- hash of the compiled code; 0: the beginning was not seen
    wall_offset_ns bigint, -- ns, wall clock minus the clock of every *_ns column but venue_ns
    is_begun boolean, -- true: this file holds the SESSION record that it begins with
    first_sequence bigint, -- tape_sequence of its first record in this file
    last_sequence bigint, -- tape_sequence of its last record in this file
    records bigint, -- count of its records in this file
    lost bigint, -- count of its records that are missing in this file: nobody could store them in time
);

create table tape_instrument (
    session bigint, -- tape_session.session
    instrument_id integer, -- number in the records of that session
    symbol varchar, -- ours: BTC-USD.alpha
    venue_symbol varchar, -- the venue's word for it
    venue varchar, -- ours
    base varchar, -- currency or thing that is bought
    quote varchar, -- currency of the price
    settlement varchar, -- currency of money columns
    asset_class tinyint, -- vocabulary.AssetClass
    source_id smallint, -- index of the venue group
    tick_mantissa bigint, -- a tick is tick_mantissa * 10 ** tick_exponent of the quote currency
    tick_exponent integer, -- power of ten
    lot_mantissa bigint, -- a lot is lot_mantissa * 10 ** lot_exponent of the base
    lot_exponent integer, -- power of ten
    value_numerator bigint, -- ticks * lots * value_numerator / value_denominator: 1e-8 of the settlement currency
    value_denominator bigint, -- see value_numerator
    maker_fee_ppm integer, -- millionths of the notional; negative: a rebate
    taker_fee_ppm integer, -- millionths of the notional
    book_slot integer, -- index of its ladder; -1: none
    bar_slot integer, -- index of its bars; -1: none
    min_lots bigint, -- lots
    max_lots bigint, -- lots
    min_notional_e8 bigint, -- 1e-8 of the settlement currency
    state tinyint, -- vocabulary.InstrumentState at start
    reference_ticks bigint, -- ticks, a price to show before the first book; 0: none
    native_types integer, -- bit per vocabulary.OrderType that the venue takes itself; bit 0: it knows REDUCE_ONLY
    margin_ppm integer, -- initial margin of the notional, in millionths; 0: paid in full
    is_inverse tinyint, -- 1: money is lots / ticks instead of ticks * lots
    pair_id integer, -- first instrument of the same base, quote and kind: what an order may be routed over
);

create table tape_market (
    session bigint, -- tape_session.session
    tape_sequence bigint, -- the core's count of all it took and decided
    now_ns bigint, -- ns, monotonic: the core took it
    received_ns bigint, -- ns, monotonic: it left the socket
    venue_ns bigint, -- ns, the venue's clock; 0: it sends none
    sequence bigint, -- its market process's count
    price_ticks bigint, -- ticks
    quantity_lots bigint, -- lots: new total at the level, or traded
    reference_id bigint, -- the venue's trade id, or sequence of a level
    instrument_id integer, -- tape_instrument.instrument_id
    source_id smallint, -- index of the venue group
    flags smallint, -- bits, vocabulary.EventFlag
    kind tinyint, -- vocabulary.EventKind: BOOK_LEVEL, TRADE
    side tinyint, -- vocabulary.Side; of a trade the taker's
);

create table tape_signal (
    session bigint, -- tape_session.session
    tape_sequence bigint, -- the core's count of all it took and decided
    now_ns bigint, -- ns, monotonic: of the event that caused it
    received_ns bigint, -- ns, monotonic: of the event that caused it
    reference_id bigint, -- vocabulary.SignalName of a SIGNAL
    amount bigint, -- bits of a float64 in the signal's own unit
    instrument_id integer, -- tape_instrument.instrument_id
    kind tinyint, -- vocabulary.EventKind: SIGNAL, BOOK_STATE
    detail tinyint, -- vocabulary.BookState of a BOOK_STATE
);

create table tape_rest (
    session bigint, -- tape_session.session
    tape_sequence bigint, -- the core's count of all it took and decided
    now_ns bigint, -- ns, monotonic: the core took it, or took its cause
    received_ns bigint, -- ns, monotonic: it entered this machine
    venue_ns bigint, -- ns, the venue's clock; of a TIMER ns, monotonic: when it was due
    sequence bigint, -- its producer's count
    price_ticks bigint, -- ticks
    quantity_lots bigint, -- lots
    filled_lots bigint, -- lots of this order in total
    reference_id bigint, -- trade id, venue's order id, lease generation, timer … by kind
    execution_id bigint, -- the venue's number of one execution
    client_id bigint, -- our number of the order: epoch << 32 | counter
    valid_until_ns bigint, -- ns, monotonic: not sent later; 0: no limit
    amount bigint, -- 1e-8 of the settlement currency, or a value by kind
    instrument_id integer, -- tape_instrument.instrument_id; -1: none or all
    group_id integer, -- legs that are reviewed together; 0: none
    strategy_id smallint, -- slot; -1: a person
    account_id smallint, -- number of the account
    source_id smallint, -- index of the venue group, seat or halt line
    flags smallint, -- bits, vocabulary.EventFlag
    kind tinyint, -- vocabulary.EventKind
    detail tinyint, -- Report, Command, Request, FeedState … by kind
    side tinyint, -- vocabulary.Side
    order_type tinyint, -- vocabulary.OrderType
    time_in_force tinyint, -- vocabulary.TimeInForce
    status tinyint, -- vocabulary.OrderStatus
    reason tinyint, -- vocabulary.DenyReason, or Reject in a report
    origin tinyint, -- vocabulary.Origin
);

-- The large views have no order of their own: say `order by session, tape_sequence`. The small ones are in order.

-- Decimals from steps. Exact in a double up to 2**53 steps.
create macro steps_value(steps, mantissa, exponent) as
    case when exponent < 0 then steps::double * mantissa / (10.0::double ** (-exponent))
         else steps::double * mantissa * (10.0::double ** exponent) end;
create macro wall_utc(clock_ns, wall_offset_ns) as make_timestamp_ns(clock_ns + wall_offset_ns);

create view sessions as
select session, epoch, kernel_hash, is_begun, make_timestamp_ns(session * 1000000) as begun_utc, records, lost,
       first_sequence, last_sequence
from tape_session;

create view instruments as
select session, instrument_id, symbol, venue_symbol, venue, base, quote, settlement,
       asset_class_name(asset_class) as asset_class,
       steps_value(1, tick_mantissa, tick_exponent) as tick, steps_value(1, lot_mantissa, lot_exponent) as lot,
       steps_value(min_lots, lot_mantissa, lot_exponent) as min_quantity, maker_fee_ppm, taker_fee_ppm
from tape_instrument;

-- Every record in one shape; the columns that a table leaves out hold what an empty record holds.
create view tape as
select session, tape_sequence, now_ns, received_ns, venue_ns, sequence, price_ticks, quantity_lots,
       0::bigint as filled_lots, reference_id, 0::bigint as execution_id, 0::bigint as client_id,
       0::bigint as valid_until_ns, 0::bigint as amount, instrument_id, 0::integer as group_id,
       -1::smallint as strategy_id, 0::smallint as account_id, source_id, flags, kind, 0::tinyint as detail, side,
       0::tinyint as order_type, 0::tinyint as time_in_force, 0::tinyint as status, 0::tinyint as reason,
       0::tinyint as origin
from tape_market
union all
select session, tape_sequence, now_ns, received_ns, 0, 0, 0, 0, 0, reference_id, 0, 0, 0, amount, instrument_id, 0,
       -1, 0, -1, 0, kind, detail, 0, 0, 0, 0, 0, 0
from tape_signal
union all
select session, tape_sequence, now_ns, received_ns, venue_ns, sequence, price_ticks, quantity_lots, filled_lots,
       reference_id, execution_id, client_id, valid_until_ns, amount, instrument_id, group_id, strategy_id, account_id,
       source_id, flags, kind, detail, side, order_type, time_in_force, status, reason, origin
from tape_rest;

create view trades as
select wall_utc(t.now_ns, s.wall_offset_ns) as time_utc, i.symbol, side_name(side) as taker_side,
       steps_value(price_ticks, tick_mantissa, tick_exponent) as price,
       steps_value(quantity_lots, lot_mantissa, lot_exponent) as quantity,
       reference_id as trade_id, venue_ns, received_ns, now_ns, price_ticks, quantity_lots, instrument_id, session,
       tape_sequence
from tape_market t
left join tape_session s using (session)
left join tape_instrument i using (session, instrument_id)
where kind = 2;

create view book_changes as
select wall_utc(t.now_ns, s.wall_offset_ns) as time_utc, i.symbol, side_name(side) as side,
       steps_value(price_ticks, tick_mantissa, tick_exponent) as price,
       steps_value(quantity_lots, lot_mantissa, lot_exponent) as quantity,
       event_flag_names(flags) as flags, venue_ns, received_ns, now_ns, price_ticks, quantity_lots, instrument_id, session,
       tape_sequence
from tape_market t
left join tape_session s using (session)
left join tape_instrument i using (session, instrument_id)
where kind = 1;

create view signals as
select wall_utc(t.now_ns, s.wall_offset_ns) as time_utc, i.symbol, signal_name_name(reference_id) as signal,
       amount::bit::double as value, now_ns, instrument_id, session, tape_sequence
from (select session, tape_sequence, now_ns, reference_id, amount, instrument_id, kind from tape_signal
      union all
      select session, tape_sequence, now_ns, reference_id, amount, instrument_id, kind from tape_rest) t
left join tape_session s using (session)
left join tape_instrument i using (session, instrument_id)
where kind = 64;

create view book_states as
select wall_utc(t.now_ns, s.wall_offset_ns) as time_utc, i.symbol, book_state_name(detail) as state, now_ns,
       instrument_id, session, tape_sequence
from (select session, tape_sequence, now_ns, detail, instrument_id, kind from tape_signal
      union all
      select session, tape_sequence, now_ns, detail, instrument_id, kind from tape_rest) t
left join tape_session s using (session)
left join tape_instrument i using (session, instrument_id)
where kind = 65;

-- Mark and index in the quote currency, funding as a rate of the interval, open interest in units; a liquidation has
-- price, quantity and side.
create view contract_facts as
select wall_utc(t.now_ns, s.wall_offset_ns) as time_utc, i.symbol, reference_name(detail) as fact,
       case when detail in (1, 2, 3) then reference_id / 1e8
            when detail = 5 then steps_value(reference_id, lot_mantissa, lot_exponent) end as value,
       case when detail = 4 then make_timestamp_ns(reference_id) end as funding_utc,
       side_name(side) as side, steps_value(price_ticks, tick_mantissa, tick_exponent) as price,
       steps_value(quantity_lots, lot_mantissa, lot_exponent) as quantity,
       reference_id, venue_ns, received_ns, now_ns, instrument_id, session, tape_sequence
from tape_rest t
left join tape_session s using (session)
left join tape_instrument i using (session, instrument_id)
where kind = 5;

-- Whatever is not market data or a signal, in words. The views below are cuts of it.
create view decisions as
select wall_utc(t.now_ns, s.wall_offset_ns) as time_utc, event_kind_name(kind) as kind, i.symbol,
       side_name(side) as side, steps_value(price_ticks, tick_mantissa, tick_exponent) as price,
       steps_value(quantity_lots, lot_mantissa, lot_exponent) as quantity,
       steps_value(filled_lots, lot_mantissa, lot_exponent) as filled, i.settlement,
       order_type_name(order_type) as order_type, time_in_force_name(time_in_force) as time_in_force,
       order_status_name(status) as status, event_flag_names(flags) as flags, origin_name(origin) as origin,
       detail, reason, amount, client_id, execution_id, reference_id, strategy_id, account_id, group_id, t.source_id,
       t.sequence, received_ns, venue_ns, valid_until_ns, now_ns, price_ticks, quantity_lots, filled_lots,
       instrument_id, session, tape_sequence, kind as kind_code, t.flags as flag_bits
from tape_rest t
left join tape_session s using (session)
left join tape_instrument i using (session, instrument_id);

-- A core that was killed before it had journalled a report takes it again: its fill is then twice on the tape.
create view fills as
select time_utc, symbol, side, price, quantity, amount / 1e8 as fee, settlement as fee_currency,
       flag_bits & 32 <> 0 as is_maker, client_id, execution_id, strategy_id, account_id, origin, price_ticks,
       quantity_lots, amount as fee_e8, now_ns, instrument_id, session, tape_sequence
from decisions where kind_code = 63
qualify row_number() over (
    partition by client_id, instrument_id, side, execution_id, (execution_id = 0)::int * tape_sequence
    order by session, tape_sequence
) = 1
order by session, tape_sequence;

create view order_requests as
select time_utc, request_name(detail) as request, client_id, symbol, side, order_type, time_in_force, price, quantity,
       flags, origin, strategy_id, account_id, group_id, reference_id as venue_order_id, price_ticks, quantity_lots,
       valid_until_ns, now_ns, instrument_id, session, tape_sequence
from decisions where kind_code = 60
order by session, tape_sequence;

create view order_updates as
select time_utc, client_id, status, filled, quantity, price, symbol, side, reject_name(reason) as reason, origin,
       filled_lots, quantity_lots, price_ticks, now_ns, instrument_id, session, tape_sequence
from decisions where kind_code = 62
order by session, tape_sequence;

create view reports as
select time_utc, report_name(detail) as report, client_id, symbol, side, price, quantity, filled,
       amount / 1e8 as fee, reject_name(reason) as reason, flags, execution_id, reference_id as venue_order_id,
       price_ticks, quantity_lots, filled_lots, venue_ns, received_ns, now_ns, instrument_id, session, tape_sequence
from decisions where kind_code = 20
order by session, tape_sequence;

-- One row per order: what was asked for, and the last that we know of it.
create view orders as
select coalesce(n.time_utc, u.time_utc) as placed_utc, u.time_utc as updated_utc, client_id,
       coalesce(n.symbol, u.symbol) as symbol, coalesce(n.side, u.side) as side, n.order_type, n.time_in_force,
       coalesce(u.price, n.price) as price, coalesce(u.quantity, n.quantity) as quantity,
       coalesce(u.filled, 0) as filled, f.average_price, coalesce(u.status, 'PENDING_NEW') as status, u.reason, f.fee,
       n.origin, n.strategy_id, n.account_id, coalesce(u.session, n.session) as session
from (select * from order_requests where request = 'NEW') n
full join (select client_id, max(time_utc) as time_utc, arg_max(session, tape_sequence) as session,
                  arg_max(symbol, (session, tape_sequence)) as symbol, arg_max(side, (session, tape_sequence)) as side,
                  arg_max(price, (session, tape_sequence)) as price,
                  arg_max(quantity, (session, tape_sequence)) as quantity,
                  arg_max(filled, (session, tape_sequence)) as filled,
                  arg_max(status, (session, tape_sequence)) as status,
                  arg_max(reason, (session, tape_sequence)) as reason
           from order_updates where client_id <> 0 group by client_id) u using (client_id)
left join (select client_id, sum(price * quantity) / sum(quantity) as average_price, sum(fee) as fee
           from fills group by client_id) f using (client_id)
order by placed_utc;

create view denials as
select time_utc, deny_reason_name(reason) as reason, symbol, side, order_type, price, quantity, origin, strategy_id,
       source_id as seat, client_id, now_ns, instrument_id, session, tape_sequence
from decisions where kind_code = 61
order by session, tape_sequence;

create view commands as
select time_utc, command_name(detail) as command, source_id as seat, origin, symbol, side, order_type, price, quantity,
       client_id, reference_id as lease_generation, amount, received_ns, now_ns, instrument_id, session, tape_sequence
from decisions where kind_code = 30
order by session, tape_sequence;

create view timers as
select time_utc, reference_id as timer, venue_ns as due_ns, now_ns - venue_ns as late_ns, now_ns, session,
       tape_sequence
from decisions where kind_code = 40
order by session, tape_sequence;

create view feed_states as
select time_utc, source_id, symbol, feed_state_name(detail) as state, now_ns, instrument_id, session, tape_sequence
from decisions where kind_code = 3
order by session, tape_sequence;

create view losses as
select time_utc, reference_id as records, source_id, now_ns, session, tape_sequence
from decisions where kind_code = 46
order by session, tape_sequence;
