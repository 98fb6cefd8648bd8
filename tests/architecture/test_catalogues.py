"""Nobody meets an untranslated sentence: every visible text is collected, and in every language."""

from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import _parse_mapping_toml  # what `pybabel extract` reads it with
from babel.messages.pofile import read_po
from babel.util import pathmatch

from lms.i18n.languages import PAGE_LANGUAGES
from tests.architecture.source import LMS, ROOT, TEMPLATES, at

TRANSLATIONS = LMS / "translations"
TEMPLATE = TRANSLATIONS / "messages.pot"

# The source texts are English.
LANGUAGES = [language.locale for language in PAGE_LANGUAGES if language.locale != "en"]


@cache
def mapping():
    with (ROOT / "pyproject.toml").open("rb") as file:
        return _parse_mapping_toml(file, style="pyproject.toml")


@cache
def extracted() -> frozenset[tuple[str | None, str | tuple[str, ...]]]:
    methods, options = mapping()
    found = extract_from_dir(ROOT, methods, options, directory_filter=_has_texts)
    return frozenset((context, message) for _, _, message, _, context in found)


def _has_texts(folder: str) -> bool:
    path = Path(folder)
    return path == ROOT or path.is_relative_to(LMS) or path.is_relative_to(TEMPLATES)


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def ids(messages: Catalog) -> set[tuple[str | None, str | tuple[str, ...]]]:
    return {(message.context, message.id) for message in messages if message.id}


def test_every_pattern_of_the_mapping_matches_a_file():
    files = [
        path.relative_to(ROOT).as_posix()
        for top in (LMS, TEMPLATES)
        for path in top.rglob("*")
        if path.is_file()
    ]
    methods, _ = mapping()
    assert not [p for p, _ in methods if not any(pathmatch(p, file) for file in files)]


def test_the_list_of_texts_is_up_to_date():
    known = ids(catalogue(TEMPLATE)) if TEMPLATE.exists() else set()
    assert not extracted() - known, "not collected yet: make messages"
    assert not known - extracted(), "no longer in the sources: make messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str):
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    assert path.exists(), f"no catalogue for {language}"
    messages = catalogue(path)
    assert not extracted() - ids(messages), "not in the catalogue yet: make messages"
    wanted = [message for message in messages if (message.context, message.id) in extracted()]
    missing = [_where(path, m) for m in wanted if m.fuzzy or not all(_strings(m))]
    assert not missing, "untranslated or fuzzy"
    broken = [f"{_where(path, m)}: {error}" for m in wanted for error in m.check(messages)]
    assert not broken, "placeholders differ"


def _strings(message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def _where(path: Path, message) -> str:
    return f"{at(path, message.lineno or 0)} {message.id!r}"
