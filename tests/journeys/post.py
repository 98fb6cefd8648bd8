"""The mails a site has sent, and what they say of times."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from babel.dates import format_date

from tests.site import Site, wait_for

BUSAN = "Asia/Seoul"
LOCALES = {"en": "en", "ko": "ko", "zh": "zh_Hans"}


@dataclass(frozen=True)
class Mail:
    """A mail that has left."""

    to: str
    body: str
    page: str
    files: tuple[str, ...]

    def lines(self, *words: str) -> Iterator[str]:
        """Yield the lines that hold all these words."""
        return (line for line in self.body.splitlines() if all(word in line for word in words))

    def link(self, part: str) -> str:
        """Return the first link whose path holds this part; "" without one."""
        found = re.search(rf"http://\S*{part}\S*", self.body)
        return found[0] if found else ""


@dataclass
class Post:
    """The post of a site; each mail is read once."""

    site: Site
    _read: dict[str, Mail] = field(default_factory=dict)

    def mails(self) -> list[Mail]:
        """Return the mails that have left so far, oldest first."""
        for file in sorted((self.site.folder / "mail").glob("*.eml")):
            if file.name not in self._read and is_whole(content := file.read_bytes()):
                self._read[file.name] = _read(content)
        return list(self._read.values())

    def wait_for(self, address: str, words: str) -> Mail:
        """Wait for the mail to somebody that holds these words, and return the newest."""

        def ask() -> list[Mail]:
            return [mail for mail in self.mails() if mail.to == address and words in mail.body]

        return wait_for(ask, f"a mail to {address} that says {words}")[-1]


def is_whole(content: bytes) -> bool:
    """Tell whether the worker has written the file to its end."""
    return content.rstrip().endswith(b"--")


def _read(content: bytes) -> Mail:
    mail: EmailMessage = email.message_from_bytes(content, policy=email.policy.default)
    body, page = (mail.get_body((kind,)) for kind in ("plain", "html"))
    return Mail(
        str(mail["To"]),
        body.get_content() if body is not None else "",
        page.get_content() if page is not None else "",
        tuple(part.get_content() for part in mail.iter_attachments()),
    )


def on_clock(starts_at: datetime, length: timedelta, zone: str, language: str) -> tuple[str, ...]:
    """Return what has to stand wherever a span is told on a clock: weekday, day, times, offset."""
    first = starts_at.astimezone(ZoneInfo(zone))
    last = (starts_at + length).astimezone(ZoneInfo(zone))
    return (
        format_date(first, "EEE", locale=LOCALES[language]),
        str(first.day),
        f"{first:%H:%M}–{last:%H:%M}",
        offset(first),
    )


def offset(moment: datetime) -> str:
    """Return the offset of a clock as people write it."""
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
