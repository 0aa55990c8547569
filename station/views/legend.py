"""What do the signs of a ladder say? For `?` and docs/keys.md."""

LADDER_SIGNS: tuple[tuple[str, str], ...] = (
    ("▸ ◂", "The last trade: a buyer took the ask, a seller took the bid."),
    ("◆", "The average price of what is held."),
    ("▐", "The cursor: where the next order goes."),
    ("H L O V", "The session's high, low, open, and its average price by volume."),
    ("┼", "The price at the crosshair of the chart or the heat map that has the keys."),
    ("P", "Where the session traded most; the brighter bars hold 70 % of its volume."),
    ("■", "An order much larger than is usual here."),
    ("≈", "Perhaps an iceberg: more was traded here than ever stood here."),
    ("eaten", "What stood here was traded away in the last seconds."),
    ("pulled", "What stood here was taken away by its owner."),
    ("sold bought", "Traded here in the last seconds, by who took it; bright while fresh."),
    ("±", "What came here less what was pulled, in the last seconds."),
    ("if closed", "Profit or loss of the position, closed at this price."),
    ("… ?", "Our order is on its way; nobody has told us of it."),
    ("q ~", "What stands before our order; ~ is an estimate."),
    ("▲ ▼ ↑ ↓", "Held here until the price is touched: a stop; a trailing stop."),
    ("◇ ○ ≡ ~ ‖", "Held: if touched, waits for its entry, sliced, follows the market, paused."),
    ("▸ in the title", "Of several ladders, the one that the trading keys act on."),
)
