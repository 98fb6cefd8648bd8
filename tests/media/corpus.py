"""Files that were made to harm, and their honest likenesses, built in memory and tiny."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from lms.media.kinds import ACCEPTED
from lms.media.refusals import Refusal
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


EXTM3U = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PROGRAM = b"MZ\x90\x00" + bytes(200)
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.500\n\xec\x95\x88\xeb\x85\x95\n"
SRT = b"1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\n"

Build = Callable[[Path], bytes]

HOSTILE: dict[str, tuple[str, Build, Refusal]] = {
    "nothing": ("a.pdf", lambda _: b"", Refusal.EMPTY),
    "one byte": ("a.mp4", lambda _: b"\0", Refusal.WRONG_TYPE),
    "one byte of pdf": ("a.pdf", lambda _: b"%", Refusal.WRONG_TYPE),
    "one byte of zip": ("a.docx", lambda _: b"P", Refusal.WRONG_TYPE),
    # names
    "program": ("a.exe", lambda _: PROGRAM, Refusal.NOT_ACCEPTED),
    "two extensions": ("a.pdf.exe", lambda _: pdf(), Refusal.NOT_ACCEPTED),
    "dot at the end": ("a.exe. ", lambda _: PROGRAM, Refusal.NOT_ACCEPTED),
    "letters turned round": ("a\u202efdp.exe", lambda _: pdf(), Refusal.NOT_ACCEPTED),
    "no extension": ("pdf", lambda _: pdf(), Refusal.NOT_ACCEPTED),
    "script in svg": ("a.svg", lambda _: SVG, Refusal.NOT_ACCEPTED),
    "page": ("a.html", lambda _: HTML, Refusal.NOT_ACCEPTED),
    "archive": ("a.zip", lambda _: archive({"a": b""}), Refusal.NOT_ACCEPTED),
    # lies
    "program as pdf": ("a.pdf", lambda _: PROGRAM, Refusal.WRONG_TYPE),
    "page as picture": ("a.jpg", lambda _: HTML, Refusal.WRONG_TYPE),
    "svg as picture": ("a.png", lambda _: SVG, Refusal.WRONG_TYPE),
    "picture as video": ("a.mp4", lambda _: picture("PNG"), Refusal.WRONG_TYPE),
    "archive as docx": ("a.docx", lambda _: archive({"a.php": b"<?php"}), Refusal.WRONG_TYPE),
    "docx as pptx": ("a.pptx", lambda _: open_xml("docx"), Refusal.WRONG_TYPE),
    "odt as ods": ("a.ods", lambda _: open_document("odt"), Refusal.WRONG_TYPE),
    "page as captions": ("a.vtt", lambda _: HTML, Refusal.WRONG_TYPE),
    "bytes as captions": ("a.srt", lambda _: b"\xff\xfe\x00\x01", Refusal.DAMAGED),
    # two files in one
    "gif and script": ("a.gif", lambda _: picture("GIF") + b"*/=1;alert(1)", Refusal.POLYGLOT),
    "jpeg and zip": ("a.jpg", lambda _: picture("JPEG") + archive({"a": b"x"}), Refusal.POLYGLOT),
    "png and page": ("a.png", lambda _: picture("PNG") + HTML, Refusal.POLYGLOT),
    "webp and pdf": ("a.webp", lambda _: picture("WEBP") + pdf(), Refusal.POLYGLOT),
    "phone jpeg and zip": (
        "a.jpg",
        lambda _: picture("JPEG") * 2 + archive({"a": b"x"}),
        Refusal.POLYGLOT,
    ),
    "pdf and zip": ("a.pdf", lambda _: pdf() + archive({"a": b"x"}), Refusal.POLYGLOT),
    "pdf in zip": ("a.pdf", lambda _: archive({"a": b"x"}) + pdf(), Refusal.POLYGLOT),
    "zip in pdf": (
        "a.pdf",
        lambda _: pdf(b"", b"<<>>\nstream\n" + archive({"a": b"x"}) + b"\nendstream"),
        Refusal.POLYGLOT,
    ),
    "page before pdf": ("a.pdf", lambda _: HTML + pdf(), Refusal.POLYGLOT),
    "page behind docx": ("a.docx", lambda _: open_xml("docx") + HTML, Refusal.POLYGLOT),
    "mp4 and zip": (
        "a.mp4",
        lambda folder: recording("a.mp4", folder, seconds=0.3) + archive({"a": b"x"}),
        Refusal.POLYGLOT,
    ),
    # bombs
    "pixel flood": ("a.png", lambda _: pixel_flood(), Refusal.TOO_MANY_PIXELS),
    "bomb": ("a.pptx", lambda _: bomb(), Refusal.TOO_LARGE_INSIDE),
    "many entries": ("a.docx", lambda _: many_entries(), Refusal.TOO_LARGE_INSIDE),
    "shared bytes": (
        "a.pptx",
        lambda _: entries_that_share_their_bytes(),
        Refusal.TOO_LARGE_INSIDE,
    ),
    "lying header": ("a.pptx", lambda _: lying_header(), Refusal.DAMAGED),
    "pdf bomb": ("a.pdf", lambda _: pdf(b"", object_stream(bytes(40 << 20))),
                 Refusal.TOO_LARGE_INSIDE),
    # office files that do something
    "docm as docx": (
        "a.docx",
        lambda _: open_xml("docx", more={"word/vbaProject.bin": b"x"}),
        Refusal.MACROS,
    ),
    "docm by its type": (
        "a.docx",
        lambda _: open_xml(
            "docx", main_type="application/vnd.ms-word.document.macroEnabled.main+xml"
        ),
        Refusal.MACROS,
    ),
    "macro sheet": (
        "a.xlsx",
        lambda _: open_xml("xlsx", more={"xl/macrosheets/sheet1.xml": "<a/>"}),
        Refusal.MACROS,
    ),
    "macro in a chart's workbook": (
        "a.pptx",
        lambda _: open_xml(
            "pptx",
            more={"ppt/embeddings/a.xlsx": open_xml("xlsx", more={"xl/vbaProject.bin": b"x"})},
        ),
        Refusal.MACROS,
    ),
    "template from elsewhere": (
        "a.docx",
        lambda _: open_xml("docx", stated=(("attachedTemplate", "https://evil.example/", True),)),
        Refusal.ACTIVE_CONTENT,
    ),
    "picture from elsewhere": (
        "a.pptx",
        lambda _: open_xml("pptx", stated=(("image", "https://evil.example/1.png", True),)),
        Refusal.REFERS_OUTSIDE,
    ),
    "embedded program": (
        "a.pptx",
        lambda _: open_xml("pptx", more={"ppt/embeddings/oleObject1.bin": PROGRAM}),
        Refusal.ACTIVE_CONTENT,
    ),
    "shape that starts a program": (
        "a.pptx",
        lambda _: open_xml("pptx", body='<a action="ppaction://program"/>'),
        Refusal.ACTIVE_CONTENT,
    ),
    "entities": (
        "a.docx",
        lambda _: open_xml("docx", body='<!DOCTYPE a [<!ENTITY b SYSTEM "file:///e">]><a>&b;</a>'),
        Refusal.ACTIVE_CONTENT,
    ),
    "entry that leads out": (
        "a.docx",
        lambda _: open_xml("docx", more={"../../evil.html": HTML}),
        Refusal.REFERS_OUTSIDE,
    ),
    "macro in odt": (
        "a.odt",
        lambda _: open_document("odt", more={"Basic/Standard/Module1.xml": "<a/>"}),
        Refusal.MACROS,
    ),
    "picture from elsewhere in odp": (
        "a.odp",
        lambda _: open_document("odp", body='<image x:href="http://evil.example/1.png"/>'),
        Refusal.REFERS_OUTSIDE,
    ),
    # PDF that does something
    "script": ("a.pdf", lambda _: pdf(b"/OpenAction" + SCRIPT), Refusal.ACTIVE_CONTENT),
    "script in escapes": (
        "a.pdf",
        lambda _: pdf(b"/OpenAction<</S/J#61va#53cript/#4a#53(app.alert\\(1\\))>>"),
        Refusal.ACTIVE_CONTENT,
    ),
    "script without its type": (
        "a.pdf",
        lambda _: pdf(b"/OpenAction<</S 9 0 R/#4aS(app.alert\\(1\\))>>"),
        Refusal.ACTIVE_CONTENT,
    ),
    "script in an object stream": (
        "a.pdf",
        lambda _: pdf(b"/OpenAction 9 0 R", object_stream(SCRIPT)),
        Refusal.ACTIVE_CONTENT,
    ),
    "script in an object stream without a type": (
        "a.pdf",
        lambda _: pdf(b"/OpenAction 9 0 R", object_stream(SCRIPT, b"/X(endobj)")),
        Refusal.ACTIVE_CONTENT,
    ),
    "objects packed so that nobody looks": (
        "a.pdf",
        lambda _: pdf(b"", object_stream(SCRIPT.hex().encode(), b"/Type/ObjStm/Filter[/AHx]")
                      .replace(b"/Filter/FlateDecode", b"")),
        Refusal.ACTIVE_CONTENT,
    ),
    "launch": (
        "a.pdf",
        lambda _: pdf(b"/OpenAction<</S/Launch/F(cmd.exe)>>"),
        Refusal.ACTIVE_CONTENT,
    ),
    "file in a pdf": (
        "a.pdf",
        lambda _: pdf(b"/Names<</EmbeddedFiles<</Names[]>>>>"),
        Refusal.ACTIVE_CONTENT,
    ),
    "form of xfa": ("a.pdf", lambda _: pdf(b"/AcroForm<</XFA[]>>"), Refusal.ACTIVE_CONTENT),
    # locked
    "locked pdf": ("a.pdf", lambda _: pdf(trailer=b"/Encrypt 9 0 R"), Refusal.ENCRYPTED),
    "locked office": ("a.docx", lambda _: locked_office(), Refusal.ENCRYPTED),
    "locked archive": ("a.docx", lambda _: locked_archive(), Refusal.ENCRYPTED),
    # cut off
    "cut pdf": ("a.pdf", lambda _: pdf()[:-40], Refusal.DAMAGED),
    "cut docx": ("a.docx", lambda _: open_xml("docx")[:-40], Refusal.DAMAGED),
    "cut png": ("a.png", lambda _: picture("PNG")[:-6], Refusal.DAMAGED),
    "cut jpeg": ("a.jpg", lambda _: picture("JPEG")[:-6], Refusal.DAMAGED),
    "cut gif": ("a.gif", lambda _: picture("GIF")[:-6], Refusal.DAMAGED),
    "cut webp": ("a.webp", lambda _: picture("WEBP")[:-6], Refusal.DAMAGED),
    "cut mp4": (
        "a.mp4",
        lambda folder: recording("a.mp4", folder, seconds=0.5)[:-300],
        Refusal.DAMAGED,
    ),
    # recordings
    "playlist as video": ("a.mp4", lambda _: EXTM3U, Refusal.REFERS_OUTSIDE),
    "playlist as sound": ("a.mp3", lambda _: b"\xef\xbb\xbf\n" + EXTM3U, Refusal.REFERS_OUTSIDE),
    "list of files": (
        "a.mkv",
        lambda _: b"ffconcat version 1.0\nfile /etc/passwd\n",
        Refusal.REFERS_OUTSIDE,
    ),
    "data in another file": ("a.mp4", data_elsewhere, Refusal.REFERS_OUTSIDE),
    "many tracks": ("a.mp4", many_tracks, Refusal.TOO_MANY_TRACKS),
    "sound as video": (
        "a.mp4",
        lambda folder: recording("a.m4a", folder, size=None, seconds=0.3),
        Refusal.NO_PICTURE,
    ),
    "video as sound": (
        "a.m4a",
        lambda folder: recording("a.mp4", folder, seconds=0.3),
        Refusal.WRONG_TYPE,
    ),
    "seven hours": (
        "a.mkv",
        lambda folder: recording("a.mkv", folder, moments=(0, 7 * 3_600_000), sound=None),
        Refusal.TOO_LONG,
    ),
}  # fmt: skip

GOOD: dict[str, tuple[str, Build]] = {
    "a.pdf": ("pdf", lambda _: pdf(b"/OpenAction[3 0 R/Fit]/Outlines 5 0 R", OUTLINE, ITEM)),
    "packed.pdf": ("pdf", lambda _: pdf(b"", object_stream(b"<</Title(a)>>"))),
    "A.PDF": ("pdf", lambda _: pdf() + b"\r\n\0\0"),
    "a.pptx": (
        "pptx",
        lambda _: open_xml("pptx", more={"ppt/embeddings/chart.xlsx": open_xml("xlsx")}),
    ),
    "a.docx": ("docx", lambda _: open_xml("docx")),
    "a.xlsx": ("xlsx", lambda _: open_xml("xlsx")),
    "a.odp": ("odp", lambda _: open_document("odp")),
    "a.odt": ("odt", lambda _: open_document("odt")),
    "a.ods": ("ods", lambda _: open_document("ods")),
    "a.jpg": ("jpg", lambda _: picture("JPEG")),
    "a.jpeg": ("jpeg", lambda _: picture("JPEG", progressive=True)),
    "phone.jpg": ("jpg", lambda _: picture("JPEG") + picture("JPEG")),
    "a.png": ("png", lambda _: picture("PNG")),
    "a.webp": ("webp", lambda _: picture("WEBP")),
    "a.gif": ("gif", lambda _: picture("GIF")),
    "webp called.jpg": ("webp", lambda _: picture("WEBP")),
    "a.vtt": ("vtt", lambda _: VTT),
    "a.srt": ("srt", lambda _: b"\xef\xbb\xbf" + SRT),
    "a.mp4": ("mp4", lambda folder: recording("a.mp4", folder, seconds=0.3)),
    "a.m4v": ("m4v", lambda folder: recording("a.mp4", folder, seconds=0.3, sound=None)),
    "a.mov": ("mov", lambda folder: recording("a.mov", folder, seconds=0.3)),
    "a.webm": (
        "webm",
        lambda folder: recording("a.webm", folder, seconds=0.3, codec="libvpx", sound="libopus"),
    ),
    "a.mkv": ("mkv", lambda folder: recording("a.mkv", folder, seconds=0.3)),
    "a.mp3": (
        "mp3",
        lambda folder: recording("a.mp3", folder, seconds=0.3, size=None, sound="libmp3lame"),
    ),
    "a.m4a": ("m4a", lambda folder: recording("a.m4a", folder, seconds=0.3, size=None)),
    "a.wav": (
        "wav",
        lambda folder: recording("a.wav", folder, seconds=0.3, size=None, sound="pcm_s16le"),
    ),
    "a.ogg": (
        "ogg",
        lambda folder: recording("a.ogg", folder, seconds=0.3, size=None, sound="libopus"),
    ),
    "안녕 수료.pdf": ("pdf", lambda _: pdf()),
}
