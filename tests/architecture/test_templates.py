"""Templates exist where they are named, are named where they exist, and bring no own code."""

import ast
import re
from fnmatch import fnmatch

from flask import Flask
from jinja2 import meta, nodes

from tests.architecture.source import (
    ROOT,
    TEMPLATES,
    at,
    calls,
    line_of,
    python_files,
    template_files,
    tree,
)

RENDERS = {"render_template", "get_template", "select_template"}
IS_NAME = re.compile(r"[a-z_]+(?:/[a-z_]+)+\.(?:html|txt)")

# The few places that may say "this text is safe": each escapes or sanitises what it puts in.
MAY_WRITE_MARKUP = {
    "lms/boards/wording.py",
    "lms/i18n/formats.py",
    "lms/i18n/times.py",
    "lms/notifications/wording.py",
    "lms/web/frame.py",
    "lms/web/markdown.py",
    "lms/web/pieces.py",
    "lms/web/words.py",
}

INLINE_CODE = {
    "a script of its own": r"<script(?![^>]*\bsrc\s*=)(?![^>]*\btype=\"application/json\")",
    "a style sheet of its own": r"<style\b",
    "a style attribute": r"\bstyle\s*=\s*[\"']",
    "an event attribute": r"\son[a-z]{3,}\s*=\s*[\"']",
    "a javascript: address": r"javascript:",
}
MAIL_FILES = {"subject.txt", "body.txt", "body.html"}
COMMENT = re.compile(r"{#.*?#}|<!--.*?-->", re.DOTALL)

# Mail programs know no style sheets, and documents never meet a browser.
WITH_OWN_STYLE = ("*/emails/*", "*/documents/*", "layouts/email*")


def name_of(path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def named_in_code() -> dict[str, str]:
    """Template name or pattern → where the code names it; an f-string becomes a pattern.

    A function of a package's own that renders what it is handed calls that argument `template`;
    its callers write the name out. Any other variable is unreadable here, and so refused.
    """
    found = {}
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and IS_NAME.fullmatch(str(node.value)):
                found[node.value] = at(path, node.lineno)
        for name, call in calls(path):
            if name in RENDERS and call.args and ast.unparse(call.args[0]) != "template":
                found[_pattern(call.args[0])] = at(path, call.lineno)
    return found


def _pattern(argument: ast.expr) -> str:
    match argument:
        case ast.Constant(value=str(name)):
            return name
        case ast.JoinedStr(values=parts):
            return "".join(p.value if isinstance(p, ast.Constant) else "*" for p in parts)
    return "?"


def references(app: Flask) -> dict[str, set[str]]:
    """Template → the templates it extends, includes and imports."""
    return {
        name_of(path): {
            name
            for name in meta.find_referenced_templates(app.jinja_env.parse(path.read_text()))
            if name
        }
        for path in template_files()
    }


def test_every_rendered_template_exists():
    names = {name_of(path) for path in template_files()}
    missing = {
        f"{where}: {pattern}"
        for pattern, where in named_in_code().items()
        if not any(fnmatch(name, pattern) for name in names)
    }
    assert not missing


def test_every_template_that_another_names_exists(shared_app: Flask):
    refers = references(shared_app)
    missing = {f"{name} → {r}" for name, those in refers.items() for r in those if r not in refers}
    assert not missing


def test_every_template_is_used(shared_app: Flask):
    refers = references(shared_app)
    patterns = named_in_code()
    used = {name for name in refers if any(fnmatch(name, pattern) for pattern in patterns)}
    waiting = list(used)
    while waiting:
        more = refers.get(waiting.pop(), set()) - used
        used |= more
        waiting += more
    assert not set(refers) - used


def kinds_sent() -> tuple[set[str], set[str]]:
    """Return the kinds of message the code sends: those that leave as mails, and the notices.

    A kind is written out as "package.kind" where it is sent; `notify` mails too, unless told not.
    """
    mails, notices = set(), set()
    for path in python_files():
        for name, call in calls(path):
            if name == "send_mail" and call.args:
                mails |= constants(call.args[0])
            elif name in {"notify", "notify_all"} and len(call.args) > 1:
                kinds = constants(call.args[1])
                notices |= kinds
                without = [ast.unparse(word.value) for word in call.keywords if word.arg == "mail"]
                mails |= set() if without == ["False"] else kinds
    return mails, notices


def constants(argument: ast.expr) -> set[str]:
    return {argument.value} if isinstance(argument, ast.Constant) else set()


def test_every_notice_has_its_template():
    templates = {
        f"{path.parents[1].name}.{path.stem}" for path in TEMPLATES.glob("*/notices/*.html")
    }
    assert kinds_sent()[1] == templates


def test_every_mail_has_its_three_templates():
    """A kind is written "package.kind" in the code; its folder holds subject and two bodies."""
    kinds, _notices = kinds_sent()
    folders = {
        f"{folder.parents[1].name}.{folder.name}": {file.name for file in folder.iterdir()}
        for folder in TEMPLATES.glob("*/emails/*")
        if folder.is_dir()
    }
    assert kinds == set(folders)
    wrong = {kind for kind, files in folders.items() if files != MAIL_FILES}
    assert not wrong


def test_no_template_switches_escaping_off(shared_app: Flask):
    found = [
        at(path, node.lineno)
        for path in template_files()
        for node in shared_app.jinja_env.parse(path.read_text()).find_all(
            (nodes.Filter, nodes.EvalContextModifier)
        )
        if isinstance(node, nodes.EvalContextModifier) or node.name == "safe"
    ]
    assert not found


def test_markup_is_written_only_where_it_is_meant():
    found = {
        at(path, call.lineno)
        for path in python_files()
        if str(path.relative_to(ROOT)) not in MAY_WRITE_MARKUP
        for name, call in calls(path)
        if name in {"Markup", "render_template_string"}
        or ast.unparse(call.func).endswith("env.from_string")
    }
    assert not found


def test_templates_bring_no_code_of_their_own():
    """The content security policy forbids it; a browser would only drop it without a word."""
    found = []
    for path in template_files():
        if any(fnmatch(name_of(path), pattern) for pattern in WITH_OWN_STYLE):
            continue
        text = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), path.read_text())
        for what, pattern in INLINE_CODE.items():
            found += [
                f"{at(path, line_of(text, hit.start()))} has {what}"
                for hit in re.finditer(pattern, text)
            ]
    assert not found
