"""The ways to break a rule: turn a comparison round, move its edge, drop a check, give another reason."""

import ast
import copy
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

INVERTED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
OTHER_REASON = "BLOTTER_FULL"


@dataclass(frozen=True)
class Mutant:
    module: str
    path: Path
    line: int
    what: str
    source: str

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line}  {self.what}"

    def install(self) -> None:
        """From now on the module is imported as this broken copy."""
        sys.meta_path.insert(0, _Finder(self))


class _Finder:
    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self._mutant.module:
            return None
        return importlib.util.spec_from_loader(name, _Loader(name, self._mutant))


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, mutant: Mutant) -> None:
        super().__init__(name, str(mutant.path))
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._mutant.source, str(self._mutant.path), "exec")


def mutants_of(path: Path, root: Path) -> Iterator[Mutant]:
    tree = ast.parse(path.read_text())
    module = ".".join(path.relative_to(root).with_suffix("").parts)
    nodes = list(ast.walk(tree))
    for index, node in enumerate(nodes):
        for what in _ways(node):
            broken = copy.deepcopy(tree)
            _break(list(ast.walk(broken))[index], what)
            line = getattr(node, "lineno", 0)
            text = f"{what}: {ast.unparse(node).splitlines()[0]}"
            yield Mutant(module, path, line, text, ast.unparse(ast.fix_missing_locations(broken)))


def _ways(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Compare):
        return [f"invert {place}" for place, operator in enumerate(node.ops) if type(operator) in INVERTED]
    if isinstance(node, ast.If) and len(node.body) == 1 and isinstance(node.body[0], ast.Return):
        return ["drop"]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "DenyReason":
        return ["other reason"]
    return []


def _break(node: ast.AST, what: str) -> None:
    if isinstance(node, ast.Compare):
        place = int(what.split()[1])
        node.ops[place] = INVERTED[type(node.ops[place])]()
    elif isinstance(node, ast.If):
        node.test = ast.Constant(value=False)
    elif isinstance(node, ast.Attribute):
        node.attr = OTHER_REASON
