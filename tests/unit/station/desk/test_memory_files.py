"""The way to a desk's memory: through its socket, and through whoever lives when the desk does not."""

import os
from pathlib import Path

import msgspec
import pytest

from core.memory.files import Descriptor, Memory, keep_open
from station import paths
from station.desk.doorway import Doorway, ask_for_memory
from station.desk.liveness import start_ticks
from station.desk.memory_files import FIRST_NUMBER, borrowed, take_over
from station.desk.registry import RegisteredProcess, Registry, open_control_page, read_registry, write_registry


def registry_of(descriptor: Descriptor, *, desk_pid: int, desk_ticks: int = 1) -> Registry:
    me = RegisteredProcess("core", os.getpid(), start_ticks(os.getpid()) or 0, ["core"])
    return Registry(
        desk="main",
        version="1",
        desk_pid=desk_pid,
        desk_start_ticks=desk_ticks,
        started_wall_ns=0,
        descriptor=msgspec.json.decode(msgspec.json.encode(descriptor)),
        setup={},
        processes=[me],
    )


def test_all_files_lie_far_above_what_a_process_opens_by_itself(memory_of_desk: Descriptor) -> None:
    assert min(keep_open(memory_of_desk)) >= FIRST_NUMBER


def test_a_client_gets_the_memory_from_the_socket(memory_of_desk: Descriptor) -> None:
    folder = paths.desk_folder("main")
    folder.make()
    doorway = Doorway(folder.socket, memory_of_desk)
    try:
        import threading

        asking = threading.Thread(target=doorway_answers, args=(doorway,))
        asking.start()
        theirs = ask_for_memory(folder.socket)
        asking.join()
    finally:
        doorway.close()

    assert theirs is not None
    assert folder.root.joinpath("desk.sock").exists() is False, "it is taken away at the end"
    Memory(memory_of_desk, frozenset({"core"})).heartbeat("core")[0] = 77
    assert Memory(theirs).heartbeat("core")[0] == 77
    for number in keep_open(theirs):
        os.close(number)


def doorway_answers(doorway: Doorway) -> None:
    import select

    select.select([doorway.listener], [], [], 5)
    doorway.serve()


def test_a_socket_works_in_a_folder_whose_path_is_longer_than_a_socket_address(
    tmp_path: Path, memory_of_desk: Descriptor
) -> None:
    deep = tmp_path / ("x" * 100) / ("y" * 100)
    deep.mkdir(parents=True)

    Doorway(deep / "desk.sock", memory_of_desk).close()


def test_the_socket_is_for_its_owner_only(memory_of_desk: Descriptor) -> None:
    folder = paths.desk_folder("main")
    folder.make()
    doorway = Doorway(folder.socket, memory_of_desk)

    assert folder.socket.stat().st_mode & 0o777 == 0o600
    doorway.close()


def test_nobody_answers_where_there_is_no_desk(home: Path) -> None:
    paths.desk_folder("main").make()

    assert ask_for_memory(paths.desk_folder("main").socket, within_s=0.1) is None


def test_a_dead_desks_memory_is_borrowed_from_a_living_process(memory_of_desk: Descriptor) -> None:
    registry = registry_of(memory_of_desk, desk_pid=0)

    mine = borrowed(registry)

    assert mine is not None
    Memory(memory_of_desk, frozenset({"core"})).heartbeat("core")[0] = 78
    assert Memory(mine).heartbeat("core")[0] == 78
    for number in keep_open(mine):
        os.close(number)


def test_a_new_desk_takes_the_memory_over_under_its_old_numbers(memory_of_desk: Descriptor) -> None:
    taken = take_over(registry_of(memory_of_desk, desk_pid=0))

    assert taken == memory_of_desk


def test_nothing_is_taken_from_a_process_that_only_has_the_same_pid(memory_of_desk: Descriptor) -> None:
    registry = registry_of(memory_of_desk, desk_pid=os.getpid(), desk_ticks=1)
    stranger = Registry(**{**vars(registry), "processes": []})

    assert list(stranger.living()) == []
    assert take_over(stranger) is None
    assert open_control_page(stranger) is None


def test_the_registry_is_read_back_as_it_was_written(memory_of_desk: Descriptor) -> None:
    registry = registry_of(memory_of_desk, desk_pid=1)
    write_registry(registry)

    assert read_registry("main") == registry
    assert paths.registry_file("main").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 2}', b'{"format": 1, "desk": 3}'])
def test_a_damaged_registry_is_no_registry(home: Path, content: bytes) -> None:
    path = paths.registry_file("main")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)

    assert read_registry("main") is None
