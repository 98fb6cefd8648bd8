"""Where the fonts for printed documents are: inside the packages that carry them.

Only these are used, never the machine's own, so a document looks the same wherever it is made.
"""

from importlib.util import find_spec
from pathlib import Path

_FOLDERS_IN_PACKAGES = (
    ("noto_cjk_sans_otc", "."),  # Korean, Chinese, Japanese: regular weight, one face per country
    ("weblate_fonts", "static/weblate_fonts/kurinto/ttf"),  # bold of those; Lao, Arabic, Thai …
    ("manimgx_fonts", "."),  # Khmer and Burmese, which Kurinto lacks
    ("weblate_fonts", "static/weblate_fonts/source-sans/ttf"),  # Latin, Cyrillic, Greek
    ("weblate_fonts", "static/weblate_fonts/source-code/ttf"),  # codes that people read aloud
)


def font_folders() -> list[Path]:
    """Return the folders that hold the font files. Raises LookupError when a package is missing."""
    return [_folder_of(package) / folder for package, folder in _FOLDERS_IN_PACKAGES]


def _folder_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise LookupError(f"The font package {package} is not installed.")
    return Path(spec.origin).parent
