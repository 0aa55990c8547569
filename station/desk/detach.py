"""The step between a terminal and a desk: forks, ends, and becomes the desk in the process that nobody waits for."""

import os
import signal
import sys


def main() -> int:
    # Who halts a desk that is still starting must not end it: the desk hears these once it can.
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGUSR1, signal.SIGUSR2))
    if os.fork():
        os._exit(0)
    from station.desk.process import main as desk_main

    return desk_main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
