"""The screen through a real sshd on the loopback: a client that stalls, one that drops, and one that comes back."""

import getpass
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.deadline import eventually
from tests.terminal_far_away import ROOT, TerminalFarAway

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
pytestmark = [
    pytest.mark.skipif(SSHD is None, reason="no sshd here: apt install openssh-server"),
    pytest.mark.skipif(shutil.which("ssh") is None, reason="no ssh here: apt install openssh-client"),
]
SEPARATION = Path("/run/sshd")
"""Where a root's sshd wants a folder; the package's service makes it, which does not run here."""
Connect = Callable[[], TerminalFarAway]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ssh")
    for name in ("host", "own"):
        made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(made, check=True, stdin=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    assert SSHD is not None
    if os.geteuid() == 0:
        SEPARATION.mkdir(mode=0o755, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = int(free.getsockname()[1])
    options = {
        "ListenAddress": "127.0.0.1", "HostKey": folder / "host", "AuthorizedKeysFile": folder / "own.pub",
        "StrictModes": "no", "UsePAM": "no", "PidFile": "none", "PermitRootLogin": "prohibit-password",
    }  # fmt: skip
    told = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    with (folder / "sshd.log").open("w") as log:
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", "/dev/null", "-p", str(number), *told], stderr=log)

    def answers() -> bool:
        if server.poll() is not None:
            pytest.skip(f"sshd does not run here: {(folder / 'sshd.log').read_text().strip()}")
        with socket.socket() as trial:
            return trial.connect_ex(("127.0.0.1", number)) == 0

    eventually(answers)
    yield number
    server.terminate()
    server.wait()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "log"
    file.touch()
    return file


@pytest.fixture
def connect(folder: Path, port: int, log: Path) -> Iterator[Connect]:
    there = shlex.join([sys.executable, "-m", "tests.moving_screen", str(log)])
    command = [
        "ssh", "-tt", "-F", "/dev/null", "-i", str(folder / "own"), "-p", str(port), "-o", "StrictHostKeyChecking=no",
        "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", f"{getpass.getuser()}@127.0.0.1",
        f"cd {shlex.quote(str(ROOT))} && exec env PYTHONPATH={shlex.quote(str(ROOT))} {there}",
    ]  # fmt: skip
    opened: list[TerminalFarAway] = []

    def connected() -> TerminalFarAway:
        screen = TerminalFarAway(command, columns=120, rows=36)
        opened.append(screen)
        screen.read_until(lambda: is_whole(screen), within_s=30)
        return screen

    yield connected
    for screen in opened:
        screen.close()


def is_whole(screen: TerminalFarAway) -> bool:
    return len(screen.cells) == 120 * 36 and "BTC-USD.alpha" in screen.text()


def test_a_client_that_drops_leaves_the_desk_and_sees_the_whole_screen_when_it_is_back(
    connect: Connect, log: Path
) -> None:
    dropped = connect()
    os.kill(dropped.pid, signal.SIGKILL)
    eventually(lambda: log.read_text().split() == ["closed"])
    back = connect()
    back.type("b")
    eventually(lambda: "Ticket" in log.read_text())


def test_a_client_that_stalls_is_not_sent_the_past(connect: Connect) -> None:
    screen = connect()
    screen.read_for(2.0)
    os.kill(screen.pid, signal.SIGSTOP)
    time.sleep(4.0)  # the line carries nothing: the time is what is tried
    os.kill(screen.pid, signal.SIGCONT)
    screen.cells.clear()
    began = screen.read_bytes
    screen.type("3")
    screen.read_until(lambda: " size 0.05" in screen.text() and is_whole(screen), within_s=10)
    # What 20 frames a second would have written in four seconds is several times this.
    assert screen.read_bytes - began < 90_000
