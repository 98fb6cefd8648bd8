"""Style sheets name sides by reading direction, so Arabic and Urdu need no second sheet."""

import re

from tests.architecture.source import STATIC, at, line_of

PHYSICAL = re.compile(
    r"""(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b
      | border-(?:top|bottom)-(?:left|right)-radius\b
      | (?<![-\w])(?:left|right)\s*:
      | (?:text-align|float|clear)\s*:\s*(?:left|right)\b""",
    re.VERBOSE,
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

# A line that must be physical says why: `left: 0; /* physical: the time line runs left to right */`
REASON = "/* physical:"


def test_no_style_sheet_says_left_or_right():
    found = []
    for path in sorted(STATIC.rglob("*.css")):
        if path.is_relative_to(STATIC / "vendor"):
            continue
        source = path.read_text()
        lines = source.splitlines()
        text = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), source)
        for hit in PHYSICAL.finditer(text):
            line = line_of(text, hit.start())
            if REASON not in lines[line - 1]:
                found.append(f"{at(path, line)} {hit[0]}")
    assert not found
