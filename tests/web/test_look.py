"""What the security policy would silently drop, what breaks right-to-left, and the weights."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STYLES = sorted(ROOT.glob("static/**/*.css"))
PAGES = sorted(
    path for path in ROOT.glob("templates/**/*.html") if not {"emails", "documents"} & {*path.parts}
)
PHYSICAL = re.compile(
    r"(?:margin|padding|border)-(?:left|right)|text-align:\s*(?:left|right)"
    r"|[^-\w](?:left|right)\s*:|float:\s*(?:left|right)"
)
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE
)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_know_no_left_and_right(path: Path) -> None:
    assert PHYSICAL.findall(path.read_text()) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: "/".join(path.parts[-2:]))
def test_pages_hold_nothing_the_security_policy_drops(path: Path) -> None:
    assert INLINE.findall(path.read_text()) == []


@pytest.mark.parametrize(("name", "limit"), [("app.css", 20_000), ("app.js", 3_000)])
def test_what_every_page_loads_stays_light(name: str, limit: int) -> None:
    assert len(gzip.compress((ROOT / "static/base" / name).read_bytes())) <= limit
