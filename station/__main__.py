"""Where `station` begins. The kill path comes first and loads nothing but the standard library."""

import sys


def main() -> int:
    arguments = sys.argv[1:]
    if arguments[:1] == ["kill"]:
        from station.kill import main as kill

        return kill(arguments[1:])
    from station.cli import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
