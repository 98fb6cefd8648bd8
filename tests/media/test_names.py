"""Names of files: kept as people wrote them, as far as every system can save them."""

import unicodedata

import pytest

from lms.media.names import clean_file_name


@pytest.mark.parametrize(
    "name, shown",
    [
        ("보고서 최종.pdf", "보고서 최종.pdf"),
        (unicodedata.normalize("NFD", "보고서.pdf"), "보고서.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\a.pdf", "a.pdf"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("a\u200bb\u2060c\ufeff.pdf", "abc.pdf"),
        ("file.pdf\0.png", "file.pdf.png"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ("a.pdf. . ", "a.pdf"),
        ("a .pdf", "a.pdf"),
        ('<"a|b*?>.pdf', "ab.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1", "_lpt1"),
        ("con.tar.pdf", "_con.tar.pdf"),
        ("contract.pdf", "contract.pdf"),
        ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
        ("\ud800a.pdf", "a.pdf"),
        (".htaccess", "htaccess"),
        (".pdf", "pdf"),
        ("..", ""),
        ("\u202e\0 ", ""),
        ("", ""),
    ],
)
def test_a_name_is_cleaned_for_display(name, shown):
    assert clean_file_name(name) == shown
    assert clean_file_name(shown) == shown


@pytest.mark.parametrize("letter", ["a", "가", unicodedata.normalize("NFD", "각"), "😀"])
def test_a_long_name_is_cut_before_its_extension(letter):
    shown = clean_file_name(letter * 300 + ".pptx")
    assert shown.endswith(".pptx")
    assert len(shown) <= 120
    assert len(shown.encode()) <= 255
    assert unicodedata.is_normalized("NFC", shown)
