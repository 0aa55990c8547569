"""What number is an id that a venue writes as text? The same one in every process, whichever way it is read.

The order process knows an order by its answer, the market process by the book of single orders (feeds/scan.py reads
that in a kernel): only because both make the same number of one text do our own orders find their place in the queue.
"""

FNV_BASIS, FNV_PRIME = 0x811C9DC5, 0x01000193
"""FNV-1a of 32 bits: Fowler, Noll, Vo; isthe.com/chongo/tech/comp/fnv. No product of it wraps."""
LOW_WORD, HALF = (1 << 32) - 1, (1 << 31) - 1
MOST_DIGITS = 18


def number_of_text(text: str) -> int:
    """Up to 18 digits as they are, else two hashes of the text, 31 bits of each."""
    if 0 < len(text) <= MOST_DIGITS and text.isascii() and text.isdigit():
        return int(text)
    first, second = FNV_BASIS, FNV_BASIS + 1
    for letter in text.encode():
        first = ((first ^ letter) * FNV_PRIME) & LOW_WORD
        second = ((second ^ letter) * FNV_PRIME) & LOW_WORD
    return (first & HALF) << 31 | second & HALF
