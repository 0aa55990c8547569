"""Does a test fail when a rule is broken? `python -m tests.mutation core/risk/review.py core/risk/checks.py`"""
