"""XML inside office files, read in a stream and without any document type."""

from collections.abc import Callable, Iterable
from typing import Never
from xml.parsers import expat

from lms.media.refusals import Refusal, Refused

OnElement = Callable[[str, dict[str, str]], None]


def read_elements(chunks: Iterable[bytes], on_element: OnElement | None = None) -> None:
    """Read the XML to its end, telling `on_element` of each element and its attributes.

    Names come without their namespaces. A document type is refused: only through it can XML
    read other files or grow without measure, and no office program writes one.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_document_type
    if on_element:
        tell = on_element

        def start(name: str, attributes: dict[str, str]) -> None:
            tell(_local(name), {_local(key): value for key, value in attributes.items()})

        parser.StartElementHandler = start
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise Refused(Refusal.DAMAGED) from None


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse_document_type(*_declaration: object) -> Never:
    raise Refused(Refusal.ACTIVE_CONTENT)
