"""Builds the files of the corpus in memory: tiny, valid, and as wrong as a test asks for."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image

from lms.media.kinds import ACCEPTED
from tests.media.recordings import write_recording

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN_PARTS = {
    "pptx": "ppt/presentation.xml",
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
}


# --- pictures ---------------------------------------------------------------------------


def picture(kind: str, size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **options)
    return file.getvalue()


def pixel_flood() -> bytes:
    """A PNG that says it has 50,000 x 50,000 pixels, in a hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


# --- office files -----------------------------------------------------------------------


def archive(entries: dict[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in entries.items():
            out.writestr(
                zipfile.ZipInfo(name),
                data,
                compress_type=zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED,
            )
    return file.getvalue()


def relations(*stated: tuple[str, str, bool]) -> str:
    outside = ' TargetMode="External"'
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"'
        f"{outside if is_outside else ''}/>"
        for number, (kind, target, is_outside) in enumerate(stated)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def open_xml(
    extension: str,
    *,
    more: dict[str, bytes | str] | None = None,
    stated: tuple[tuple[str, str, bool], ...] = (),
    main_type: str | None = None,
    body: str = "<main/>",
) -> bytes:
    main = MAIN_PARTS[extension]
    main_type = main_type or f"{ACCEPTED[extension].mimetype}.main+xml"
    folder, _, name = main.partition("/")
    return archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
            f'<Override PartName="/{main}" ContentType="{main_type}"/></Types>',
            "_rels/.rels": relations(("officeDocument", main, False)),
            main: body,
            f"{folder}/_rels/{name}.rels": relations(
                ("hyperlink", "https://bfic.kr/", True), *stated
            ),
            **(more or {}),
        }
    )


def open_document(extension: str, *, more: dict[str, str] | None = None, body: str = "") -> bytes:
    return archive(
        {
            "mimetype": ACCEPTED[extension].mimetype,
            "content.xml": f'<doc xmlns:x="urn:xlink"><image x:href="Pictures/1.png"/>{body}</doc>',
            "Pictures/1.png": picture("PNG"),
            "META-INF/manifest.xml": '<manifest><file-entry media-type="text/xml"/></manifest>',
            **(more or {}),
        },
        stored=("mimetype",),
    )


def locked_office() -> bytes:
    """How Word keeps a file with a password: a container of its old format."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + "EncryptedPackage".encode("utf-16-le")
    )


def locked_archive() -> bytes:
    data = bytearray(open_xml("docx"))
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    return bytes(data)


def many_entries() -> bytes:
    return archive({f"{number}": b"" for number in range(100_000)})


def lying_header() -> bytes:
    """The main part is said to have ten bytes, and unpacks to a million."""
    data = bytearray(open_xml("pptx", body=f"<a>{' ' * 1_000_000}</a>"))
    place = data.rindex(b"ppt/presentation.xml") - 46
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(data)


def bomb() -> bytes:
    return open_xml("pptx", more={"ppt/media/image1.bin": bytes(50_000_000)})


def entries_that_share_their_bytes() -> bytes:
    """Thousands of bytes unpacked many times over: each entry points to the same place."""
    data = open_xml("pptx", more={"a/1.bin": bytes(9_000_000), "a/2.bin": b""})
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        offset = packed.getinfo("a/1.bin").header_offset
    edited = bytearray(data)
    place = edited.rindex(b"a/2.bin") - 46
    edited[place + 42 : place + 46] = struct.pack("<I", offset)
    return bytes(edited)


# --- PDF --------------------------------------------------------------------------------


LINK = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://bfic.kr/)>>>>"


def pdf(catalogue: bytes = b"", *objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of one page; the catalogue and the trailer are given something more."""
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R " + catalogue + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Annots[" + LINK + b"]>>",
        flate_stream(b"BT ET"),
        *objects,
    ]
    data, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\n" % (
        len(bodies) + 1, table, len(bodies) + 1, trailer
    ) + b"startxref\n%d\n%%%%EOF\n" % len(data)  # fmt: skip


def flate_stream(content: bytes, dictionary: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    head = b"<</Filter/FlateDecode/Length %d %s>>" % (len(packed), dictionary)
    return head + b"\nstream\n" + packed + b"\nendstream"


def object_stream(content: bytes, dictionary: bytes = b"/Type/ObjStm") -> bytes:
    return flate_stream(b"9 0 " + content, dictionary + b"/N 1/First 4 ")


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
OUTLINE = b"<</Type/Outlines/First 6 0 R/Last 6 0 R/Count 1>>"
ITEM = b"<</Title(50% of \\(all\\) (and) more)/Parent 5 0 R/Dest[3 0 R/Fit]>>"


# --- recordings -------------------------------------------------------------------------


def recording(name: str, folder: Path, **how: object) -> bytes:
    return write_recording(folder / f"made-{name}", **how).read_bytes()


def many_tracks(folder: Path) -> bytes:
    """A short MP4 that says it has a thousand tracks."""
    data = recording("a.mp4", folder, seconds=0.3, sound=None)
    place = data.index(b"trak") - 4
    (length,) = struct.unpack_from(">I", data, place)
    return _grow_movie(data, data[place : place + length] * 1000, at=place)


def data_elsewhere(folder: Path) -> bytes:
    """An MP4 whose pictures are said to be in another file."""
    data = bytearray(recording("a.mp4", folder, seconds=0.3, sound=None))
    place = data.index(b"url ", data.index(b"dref"))
    data[place + 7] = 0
    return bytes(data)


def _grow_movie(data: bytes, more: bytes, *, at: int) -> bytes:
    place = data.index(b"moov") - 4
    (length,) = struct.unpack_from(">I", data, place)
    grown = data[:at] + more + data[at:]
    return grown[:place] + struct.pack(">I", length + len(more)) + grown[place + 4 :]


# --- texts ------------------------------------------------------------------------------

EXTM3U = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PROGRAM = b"MZ\x90\x00" + bytes(200)
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.500\n\xec\x95\x88\xeb\x85\x95\n"
SRT = b"1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\n"
