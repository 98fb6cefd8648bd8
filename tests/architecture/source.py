"""The project's own files, read once, for the tests beside this one."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LMS = ROOT / "lms"
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@cache
def packages() -> frozenset[str]:
    """The packages that exist, whether they have a floor yet or not."""
    return frozenset(path.parent.name for path in LMS.glob("*/__init__.py"))


@cache
def floors() -> dict[str, int]:
    """Package or top module → its floor, as the import contract has it; the top is the highest."""
    contracts = pyproject()["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract.get("exhaustive"))
    return {
        name.strip(" ()"): len(layers) - depth
        for depth, layer in enumerate(layers)
        for name in re.split(r"[|:]", layer)
    }


def python_files() -> list[Path]:
    return sorted(LMS.rglob("*.py"))


def template_files() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each call in a file with the last part of the called name: `a.b.c(…)` is `c`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield called_name(node), node


def called_name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def package_and_room(path: Path) -> tuple[str, str]:
    """`lms/progress/services/watch.py` → ("progress", "services")."""
    parts = path.relative_to(LMS).with_suffix("").parts
    return parts[0], parts[1] if len(parts) > 1 else ""


def at(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
