"""In which language captions are, as far as the name of their file tells."""

import re
from collections.abc import Collection

_ENDING = re.compile(r"[._ -]([A-Za-z]{2,3}(?:[_-][A-Za-z]{2,4})*)\.(?:vtt|srt)", re.IGNORECASE)

# What other programs write for the languages we name shorter.
_SAME_AS = {"kr": "ko", "kor": "ko", "eng": "en", "chi": "zh", "zho": "zh", "cn": "zh"}
_SHORTER = {"zh-hans": "zh", "zh-cn": "zh", "zh-tw": "zh-Hant", "zh-hant": "zh-Hant"}


def language_in_name(file_name: str, known: Collection[str]) -> str | None:
    """Return the language a name such as "talk.ko.vtt" or "talk_zh-CN.srt" ends with.

    None for a name that says nothing, or a language that is not `known`.
    """
    found = _ENDING.search(file_name[-60:])
    if found is None or found.end() != len(file_name[-60:]):
        return None
    tag = found[1].replace("_", "-").casefold()
    tag = _SHORTER.get(tag) or _SAME_AS.get(tag) or tag
    by_case = {code.casefold(): code for code in known}
    return by_case.get(tag.casefold()) or by_case.get(tag.split("-")[0])
