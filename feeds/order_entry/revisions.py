"""Which order at the venue is the present form of one of ours, and what the earlier ones had filled."""


class Revisions:
    """Empty for ever where the venue changes orders in place."""

    def __init__(self) -> None:
        self.current: dict[int, int] = {}
        self._filled_before: dict[tuple[int, int], int] = {}
        self.replacing: set[int] = set()
        """Client ids between the cancel of the old form and the answer to the new one"""

    def filled_before(self, client_id: int, revision: int) -> int:
        return self._filled_before.get((client_id, revision), 0)

    def is_known(self, client_id: int, revision: int) -> bool:
        return revision == 0 or (client_id, revision) in self._filled_before

    def begin(self, client_id: int, revision: int, filled_before: int) -> None:
        if revision:
            self.current[client_id] = revision
            self._filled_before[client_id, revision] = filled_before
