"""In which slot of the blotter lies an order, by the id that we gave it? Open addressing, without holes.

    client_id = epoch << 32 | counter       epoch counts core starts, so an id is never used twice

Two arrays of at least four places for each slot, so that one is always empty: `keys` has the ids, `places` the slots.
"""

import numpy as np

from core.kernel import kernel

EMPTY = 0


@kernel
def _home(client_id: int, mask: int) -> int:
    """Where the search for an id begins. Ids count up: four apart, they leave no long run for a removal to walk."""
    return (client_id << 2) & mask


@kernel
def find_slot(keys: np.ndarray, places: np.ndarray, client_id: int) -> int:
    """The slot of an id, or -1."""
    if client_id == EMPTY:
        return -1
    mask = keys.shape[0] - 1
    place = _home(client_id, mask)
    for _ in range(keys.shape[0]):
        key = keys[place]
        if key == client_id:
            return int(places[place])
        if key == EMPTY:
            return -1
        place = (place + 1) & mask
    return -1


@kernel
def add(keys: np.ndarray, places: np.ndarray, client_id: int, slot: int) -> None:
    """An id that is not there yet."""
    mask = keys.shape[0] - 1
    place = _home(client_id, mask)
    while keys[place] != EMPTY:
        place = (place + 1) & mask
    keys[place] = client_id
    places[place] = slot


@kernel
def remove(keys: np.ndarray, places: np.ndarray, client_id: int) -> None:
    """Moves later keys of the run back, so that no search stops at the hole."""
    mask = keys.shape[0] - 1
    hole = _home(client_id, mask)
    while keys[hole] != client_id:
        if keys[hole] == EMPTY:
            return
        hole = (hole + 1) & mask
    place = (hole + 1) & mask
    while keys[place] != EMPTY:
        home = _home(keys[place], mask)
        # It may move when its home does not lie behind the hole, in the order of the run.
        if ((place - home) & mask) >= ((place - hole) & mask):
            keys[hole] = keys[place]
            places[hole] = places[place]
            hole = place
        place = (place + 1) & mask
    keys[hole] = EMPTY
