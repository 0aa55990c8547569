"""The ways to break a rule: turn a comparison round, drop a check, give another reason."""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

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
    """One broken rule of one function: what only runs at import, a table, is not broken."""

    module: str
    path: Path
    function: str
    node: int
    """Where in a walk through the function"""
    way: str
    rule: str
    lines: range
    """Where the rule stands: who never comes by here cannot see that it is broken."""

    def __str__(self) -> str:
        return f"{self.path.name}:{self.lines.start}  {self.way}: {self.rule}"

    def install(self) -> None:
        """From now on the function is the broken one, for everybody who has it already."""
        tree = ast.parse(self.path.read_text())
        _break(list(ast.walk(_functions(tree)[self.function]))[self.node], self.way)
        constants = compile(ast.fix_missing_locations(tree), str(self.path), "exec").co_consts
        function = vars(importlib.import_module(self.module))[self.function]
        assert isinstance(function, FunctionType), f"it must be a plain function: {self.module}.{self.function}"
        function.__code__ = next(c for c in constants if isinstance(c, CodeType) and c.co_name == self.function)


def mutants_of(path: Path, root: Path) -> Iterator[Mutant]:
    module = ".".join(path.relative_to(root).with_suffix("").parts)
    for name, function in _functions(ast.parse(path.read_text())).items():
        for number, node in enumerate(ast.walk(function)):
            for way in _ways(node):
                shown = node.test if isinstance(node, ast.If) else node
                assert isinstance(shown, ast.expr)
                assert shown.end_lineno is not None
                lines = range(shown.lineno, shown.end_lineno + 1)
                yield Mutant(module, path, name, number, way, ast.unparse(node).splitlines()[0], lines)


def _functions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _ways(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Compare):
        return [f"invert {place}" for place, operator in enumerate(node.ops) if type(operator) in INVERTED]
    if isinstance(node, ast.If) and len(node.body) == 1 and isinstance(node.body[0], ast.Return):
        return ["drop"]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "DenyReason":
        return ["other reason"]
    return []


def _break(node: ast.AST, way: str) -> None:
    if isinstance(node, ast.Compare):
        place = int(way.split()[1])
        node.ops[place] = INVERTED[type(node.ops[place])]()
    elif isinstance(node, ast.If):
        node.test = ast.Constant(value=False)
    elif isinstance(node, ast.Attribute):
        node.attr = OTHER_REASON
