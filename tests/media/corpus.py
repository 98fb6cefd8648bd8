"""Files that were made to harm, each with why it is refused, and honest files of every type."""

from collections.abc import Callable
from pathlib import Path

from lms.media.refusals import Refusal
from tests.media.made_files import (
    EXTM3U,
    HTML,
    ITEM,
    OUTLINE,
    PROGRAM,
    SCRIPT,
    SRT,
    SVG,
    VTT,
    archive,
    bomb,
    data_elsewhere,
    entries_that_share_their_bytes,
    locked_archive,
    locked_office,
    lying_header,
    many_entries,
    many_tracks,
    object_stream,
    open_document,
    open_xml,
    pdf,
    picture,
    pixel_flood,
    recording,
)

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
    "page as text": ("a.txt", lambda _: b"\xef\xbb\xbf\n " + HTML, Refusal.WRONG_TYPE),
    "program as text": ("a.csv", lambda _: PROGRAM, Refusal.WRONG_TYPE),
    "script as text": ("a.txt", lambda _: b"#!/bin/sh\nrm -rf /\n", Refusal.WRONG_TYPE),
    "pdf as text": ("a.txt", lambda _: pdf(), Refusal.WRONG_TYPE),
    "bytes in text": ("a.txt", lambda _: b"words\0words", Refusal.WRONG_TYPE),
    "half of utf-16": ("a.csv", lambda _: b"\xff\xfea", Refusal.DAMAGED),
    "table that calls a program": (
        "a.csv",
        lambda _: b"city,fare\nBusan,=cmd|' /C calc'!A0\n",
        Refusal.ACTIVE_CONTENT,
    ),
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
    "a.odt": (
        "odt",
        lambda _: open_document(
            "odt",
            more={
                "Configurations2/accelerator/current.xml": "",
                "Basic/script-lc.xml": '<!DOCTYPE libraries PUBLIC "-//OpenOffice.org//" "l.dtd">',
            },
            body='<plugin x:href="vnd.sun.star.Package:Media/a.mp4"/>',
        ),
    ),
    "a.ods": ("ods", lambda _: open_document("ods")),
    "a.jpg": ("jpg", lambda _: picture("JPEG")),
    "a.jpeg": ("jpeg", lambda _: picture("JPEG", progressive=True)),
    "phone.jpg": ("jpg", lambda _: picture("JPEG") + picture("JPEG")),
    "a.png": ("png", lambda _: picture("PNG")),
    "a.webp": ("webp", lambda _: picture("WEBP")),
    "a.gif": ("gif", lambda _: picture("GIF")),
    "webp called.jpg": ("webp", lambda _: picture("WEBP")),
    "a.vtt": ("vtt", lambda _: VTT),
    "a.txt": ("txt", lambda _: "버스 노선\r\n".encode("utf-16")),
    "b.txt": ("txt", lambda _: "버스 노선\r\n".encode("cp949")),
    "a.csv": ("csv", lambda _: b"\xef\xbb\xbfcity,fare\nBusan,=2*1550\n"),
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
