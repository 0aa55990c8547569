"""Where `station` begins. The kill path comes first and loads nothing but the standard library."""

import gc
import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OURS = ("core", "feeds", "themes")
SHADOWED = 1


def main() -> int:
    gc.disable()  # nothing that is loaded is garbage, and a fifth of a start would go into looking for some
    try:
        return _run(sys.argv[1:])
    finally:
        gc.enable()


def _run(arguments: list[str]) -> int:
    strangers = [name for name in OURS if not _is_ours(name)]
    named = arguments[:2] if arguments[:1] == ["--desk"] else []
    if arguments[len(named) :][:1] == ["kill"]:
        if strangers:
            sys.path.insert(0, str(ROOT))  # a halt does not wait for a tidy installation
        from station.halt.kill import main as kill

        return kill([*named, *arguments[len(named) + 1 :]])
    if strangers:
        return _tell(strangers)
    from station.cli.commands import run

    return run(arguments)


def _is_ours(name: str) -> bool:
    found = importlib.util.find_spec(name)
    return found is not None and found.origin is not None and Path(found.origin).resolve().is_relative_to(ROOT)


def _tell(strangers: list[str]) -> int:
    for name in strangers:
        found = importlib.util.find_spec(name)
        place = found.origin if found is not None else "nothing"
        print(f"another package stands in the place of ours: {name} is {place}, ours is in {ROOT}", file=sys.stderr)
    print(
        "  → Install the station into an environment of its own (a virtual environment, pipx or uv), "
        "and look at PYTHONPATH and the current folder.",
        file=sys.stderr,
    )
    return SHADOWED


if __name__ == "__main__":
    sys.exit(main())
