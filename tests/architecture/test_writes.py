"""Rows are made in one room, and become true in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from lms.core.db import Base
from tests.architecture.source import LMS, at, calls, floors, package_and_room, python_files, tree

COMMITS = LMS / "core" / "unit_of_work.py"
READING_ROOMS = {"queries", "permissions", "rules"}
WRITING_ROOMS = {"services", "cli"}
SESSION_WRITES = {"add", "add_all", "delete", "flush", "merge", "bulk_save_objects"}


def test_only_the_unit_of_work_commits():
    found = [
        at(path, call.lineno)
        for path in python_files()
        if path != COMMITS
        for name, call in calls(path)
        if name == "commit"
    ]
    assert not found


def test_rooms_for_reading_do_not_write():
    found = [
        at(path, call.lineno)
        for path in python_files()
        if package_and_room(path)[1] in READING_ROOMS
        for name, call in calls(path)
        if (name in SESSION_WRITES and "session" in ast.unparse(call.func))
        or name in {"insert", "update", "delete"}
    ]
    assert not found


def test_a_model_is_constructed_only_by_its_own_services(shared_app: Flask):
    """So the rules of a row cannot be walked around.

    The demo data may, and so may commands; below the features (core, jobs) a package has rooms
    of its own names, and there any of them.
    """
    models = {(m.class_.__module__, m.class_.__name__) for m in Base.registry.mappers}
    found = [
        f"{at(path, line)} {name}"
        for path in python_files()
        for module, name, line in constructed(path)
        if (module, name) in models and not may_construct(path, module)
    ]
    assert not found


def may_construct(path: Path, module: str) -> bool:
    package, room = package_and_room(path)
    if package == "demo":
        return True
    own = package == module.split(".")[1]
    is_feature = floors()[package] > floors()["web"]
    return own and (room in WRITING_ROOMS or not is_feature)


def constructed(path: Path) -> Iterator[tuple[str, str, int]]:
    """Calls of names that were imported from another module, and of names of this module."""
    here = ".".join(path.relative_to(LMS.parent).with_suffix("").parts)
    origin: dict[str, tuple[str, str]] = {}
    modules: dict[str, str] = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                origin[alias.asname or alias.name] = (node.module, alias.name)
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.ClassDef):
            origin[node.name] = (here, node.name)
    for _, call in calls(path):
        match call.func:
            case ast.Name(id=name) if name in origin:
                yield *origin[name], call.lineno
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in modules:
                yield modules[module], name, call.lineno
