"""What a person sees while a desk starts: what is being compiled, then which process comes up."""

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from station.desk import kernels


def compile_with_progress(*, quiet: bool) -> None:
    """Only when the cache is cold. Raises CompileFailed."""
    if kernels.are_warm():
        return
    if quiet:
        kernels.compile_all(lambda done, total, name: None)
        return
    console = Console(stderr=True)
    console.print(
        "The first start compiles the core, once for this version and CPU: about two minutes on two idle cores.\n"
        "Later starts take seconds."
    )
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("compiling", total=None)

        def show(done: int, total: int, name: str) -> None:
            progress.update(task, completed=done, total=total, description=name)

        kernels.compile_all(show)


@contextlib.contextmanager
def starting(*, quiet: bool) -> Iterator[Callable[[dict[str, str]], None] | None]:
    if quiet:
        yield None
        return
    with Console(stderr=True).status("starting the desk") as status:

        def show(states: dict[str, str]) -> None:
            waiting = [name for name, state in states.items() if state != "RUNNING"]
            status.update(f"starting {', '.join(waiting)}" if waiting else "running")

        yield show
