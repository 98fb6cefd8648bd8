"""Typeset a document: a template and data in, the bytes of a PDF out.

A template lies in the `faces` folder of its package, reads `sys.inputs.data` and sets what it
finds there as text, never as markup. How letters of every script are drawn: `faces/letters.typ`
beside this module.
"""

import functools
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lms.core.fonts import font_folders

if TYPE_CHECKING:
    import typst

# Templates import from the faces of other packages, by addresses that begin here.
_ROOT = Path(__file__).parents[1]

# The engine keeps caches between documents and is not said to bear two at once.
_engine_in_use = threading.Lock()


class UndrawableTextError(ValueError):
    """The document holds a letter that none of the fonts can draw; nothing was made."""


def typeset(template: Path, data: Mapping[str, Any], **settings: Any) -> bytes:
    """Return a document as the settings of the engine say: format, standards, timestamp.

    The same data and settings always give the same bytes. Raises UndrawableTextError where the
    standards ask for every letter to be drawn.
    """
    from typst import TypstError

    said = json.dumps(data, ensure_ascii=False)
    try:
        with _engine_in_use:
            document = _compiler(template).compile(sys_inputs={"data": said}, **settings)
    except TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        raise UndrawableTextError(error.message) from error
    assert isinstance(document, bytes)
    return document


@functools.cache
def _compiler(template: Path) -> "typst.Compiler":
    # Imported here: most processes never draw a document.
    from typst import Compiler

    return Compiler(template, root=_ROOT, font_paths=_fonts())


@functools.cache
def _fonts() -> "typst.Fonts":
    from typst import Fonts

    return Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in font_folders()],
    )
