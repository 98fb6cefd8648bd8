"""Office files: Open XML (Word, PowerPoint, Excel) and OpenDocument (LibreOffice)."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from zipfile import ZipInfo

from lms.media.contents.archives import Allowance, Archive
from lms.media.contents.xml_parts import read_elements
from lms.media.kinds import ACCEPTED
from lms.media.refusals import Refusal, Refused

DEPTH_LIMIT = 2  # a workbook behind a chart of a presentation, and no further
KEPT_IN_MEMORY = 4 << 20

_OPEN_XML = {"pptx", "docx", "xlsx"}
_OLE_BEGINS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RUNS_BY_CLICK = (b"ppaction://program", b"ppaction://macro", b"ppaction://ole")
_ACTIVE_RELATIONS = {"attachedtemplate", "oleobject", "control", "frame", "subdocument"}
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")


def check_office(file: BinaryIO, extension: str) -> None:
    """Refuse an office file with macros, embedded programs, or parts fetched from elsewhere."""
    if file.read(8) == _OLE_BEGINS:
        # Word and its kin wrap a file with a password into their old format.
        raise Refused(Refusal.ENCRYPTED if _has_encrypted_package(file) else Refusal.WRONG_TYPE)
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        raise Refused(Refusal.WRONG_TYPE)
    _check_package(file, extension, Allowance(), depth=1)


def _has_encrypted_package(file: BinaryIO) -> bool:
    mark = "EncryptedPackage".encode("utf-16-le")
    before = b""
    while chunk := file.read(1 << 20):
        if mark in before + chunk:
            return True
        before = chunk[-len(mark) :]
    return False


def _check_package(file: BinaryIO, extension: str, allowance: Allowance, *, depth: int) -> None:
    archive = Archive(file, allowance)
    if extension in _OPEN_XML:
        _OpenXml(archive, extension, allowance, depth).check()
    else:
        _OpenDocument(archive, extension).check()


class _OpenXml:
    """A package of parts, their content types, and the relations between them."""

    def __init__(self, archive: Archive, extension: str, allowance: Allowance, depth: int) -> None:
        self.archive = archive
        self.allowance = allowance
        self.depth = depth
        self.main_type = f"{ACCEPTED[extension].mimetype}.main+xml"
        self.main_part = ""

    def check(self) -> None:
        names = {entry.filename for entry in self.archive.entries}
        if "[Content_Types].xml" not in names:
            raise Refused(Refusal.WRONG_TYPE)
        for entry in self.archive.entries:
            _check_part_name(entry.filename.lower())
            self._check_part(entry)
        if self.main_part.removeprefix("/") not in names:
            raise Refused(Refusal.WRONG_TYPE)

    def _check_part(self, entry: ZipInfo) -> None:
        name, content = entry.filename.lower(), self.archive.unpack(entry)
        if name == "[content_types].xml":
            read_elements(content, self._note_type)
        elif name.endswith(".rels"):
            read_elements(content, _check_relation)
        elif name.endswith((".xml", ".vml")) and entry.file_size:
            read_elements(_without_actions(content))
        elif "/embeddings/" in name and entry.file_size:
            self._check_embedded(content, PurePosixPath(name).suffix[1:])
        else:
            _drain(content)

    def _check_embedded(self, content: Iterator[bytes], extension: str) -> None:
        if extension not in _OPEN_XML or self.depth == DEPTH_LIMIT:
            raise Refused(Refusal.ACTIVE_CONTENT)
        with SpooledTemporaryFile(max_size=KEPT_IN_MEMORY) as copy:
            for chunk in content:
                copy.write(chunk)
            copy.seek(0)
            file = cast(BinaryIO, copy)
            _check_package(file, extension, self.allowance, depth=self.depth + 1)

    def _note_type(self, name: str, attributes: dict[str, str]) -> None:
        stated = attributes.get("ContentType", "").lower()
        if "macro" in stated or "vbaproject" in stated:
            raise Refused(Refusal.MACROS)
        if name != "Override":
            return  # a type that some part might have
        if "activex" in stated or "oleobject" in stated:
            raise Refused(Refusal.ACTIVE_CONTENT)
        if stated == self.main_type.lower():
            self.main_part = attributes.get("PartName", "")


def _check_part_name(name: str) -> None:
    if name.endswith(_MACRO_PARTS) or "/macrosheets/" in name:
        raise Refused(Refusal.MACROS)
    if "/activex/" in name or "oleobject" in name:
        raise Refused(Refusal.ACTIVE_CONTENT)


def _check_relation(_name: str, attributes: dict[str, str]) -> None:
    kind = attributes.get("Type", "").rpartition("/")[2].lower()
    is_outside = attributes.get("TargetMode", "").lower() == "external"
    if kind == "hyperlink":
        return
    if kind in {"vbaproject", "xlmacrosheet"}:
        raise Refused(Refusal.MACROS)
    if kind in {"oleobject", "control"} or (is_outside and kind in _ACTIVE_RELATIONS):
        raise Refused(Refusal.ACTIVE_CONTENT)
    if is_outside:
        raise Refused(Refusal.REFERS_OUTSIDE)


def _without_actions(content: Iterator[bytes]) -> Iterator[bytes]:
    """Pass the chunks on; refuse shapes of a slide that start a program when clicked."""
    before = b""
    for chunk in content:
        text = before + chunk
        if any(action in text for action in _RUNS_BY_CLICK):
            raise Refused(Refusal.ACTIVE_CONTENT)
        before = chunk[-32:]
        yield chunk


_MACRO_FOLDERS = ("basic/", "scripts/", "dialogs/")
# LibreOffice writes these also for a file without any macro, and shortcuts as an empty part.
_LISTS_OF_MACROS = ("/script-lc.xml", "/script-lb.xml", "/dialog-lc.xml", "/dialog-lb.xml")


class _OpenDocument:
    """A package whose first entry says what it is, with a manifest of the others."""

    def __init__(self, archive: Archive, extension: str) -> None:
        self.archive = archive
        self.mimetype = ACCEPTED[extension].mimetype

    def check(self) -> None:
        first, *others = self.archive.entries
        if first.filename != "mimetype" or first.file_size > 100:
            raise Refused(Refusal.WRONG_TYPE)
        if b"".join(self.archive.unpack(first)).decode("ascii", "replace") != self.mimetype:
            raise Refused(Refusal.WRONG_TYPE)
        if "content.xml" not in {entry.filename for entry in others}:
            raise Refused(Refusal.DAMAGED)
        # The manifest first: parts with a password are no XML that could be read.
        for entry in sorted(others, key=lambda entry: entry.filename != "META-INF/manifest.xml"):
            self._check_part(entry)

    def _check_part(self, entry: ZipInfo) -> None:
        name = entry.filename.lower()
        is_list_of_macros = name.endswith(_LISTS_OF_MACROS)
        if name.startswith(_MACRO_FOLDERS) and not (is_list_of_macros or entry.is_dir()):
            raise Refused(Refusal.MACROS)
        content = self.archive.unpack(entry)
        if name == "meta-inf/manifest.xml":
            read_elements(content, _check_manifest_element)
        elif name.endswith(".xml") and entry.file_size and not is_list_of_macros:
            read_elements(content, _check_document_element)
        else:
            _drain(content)


def _check_manifest_element(name: str, attributes: dict[str, str]) -> None:
    if name == "encryption-data":
        raise Refused(Refusal.ENCRYPTED)
    if "oleobject" in attributes.get("media-type", ""):
        raise Refused(Refusal.ACTIVE_CONTENT)


_ODF_RUNS = {"applet", "object-ole", "dde-source", "dde-connection", "floating-frame"}
_ODF_SHOWS = {"image", "fill-image", "plugin", "object", "section-source", "table-source"}


def _check_document_element(name: str, attributes: dict[str, str]) -> None:
    if name in _ODF_RUNS or attributes.get("action") == "execute":
        raise Refused(Refusal.ACTIVE_CONTENT)
    if name == "event-listener" and attributes.get("language") == "ooo:script":
        raise Refused(Refusal.MACROS)
    if name in _ODF_SHOWS and _leads_out(attributes.get("href", "")):
        raise Refused(Refusal.REFERS_OUTSIDE)


def _leads_out(address: str) -> bool:
    address = address.removeprefix("vnd.sun.star.Package:")  # a film kept inside the file
    return ":" in address.partition("/")[0] or address.startswith(("/", "../", "\\"))


def _drain(content: Iterator[bytes]) -> None:
    for _ in content:
        pass
