"""Public boards as Atom (RFC 4287), and the addresses of their threads for search engines.

Built as a tree: whatever somebody has written, what comes out is well-formed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"

# When the site began: tag URIs name a day on which the host was ours; an empty feed is as old.
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """A thread in a feed; `lang` and the words are those it was begun with."""

    key: str
    address: str
    lang: str
    title: str
    summary: str
    author: str
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Feed:
    """A feed: `key` names it for good, `address` is its own, `page` what people read instead."""

    key: str
    address: str
    page: str
    lang: str
    title: str
    subtitle: str
    entries: Sequence[Entry]

    @property
    def updated_at(self) -> datetime:
        """Return when something in it was last changed."""
        return max((entry.updated_at for entry in self.entries), default=BEGINNING)


def atom(feed: Feed) -> bytes:
    """Return a feed as it is sent."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": feed.lang})
    _words(root, "id", _tag(feed.address, feed.key))
    _words(root, "title", feed.title)
    _words(root, "subtitle", feed.subtitle)
    _words(root, "updated", _moment(feed.updated_at))
    SubElement(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    SubElement(root, "link", rel="alternate", type="text/html", href=feed.page)
    for entry in feed.entries:
        root.append(_entry(entry))
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _entry(entry: Entry) -> Element:
    element = Element("entry", {"xml:lang": entry.lang})
    _words(element, "id", _tag(entry.address, entry.key))
    _words(element, "title", entry.title)
    _words(element, "published", _moment(entry.published_at))
    _words(element, "updated", _moment(entry.updated_at))
    _words(SubElement(element, "author"), "name", entry.author)
    SubElement(element, "link", rel="alternate", type="text/html", href=entry.address)
    _words(element, "summary", entry.summary).set("type", "text")
    return element


def site_map(addresses: Iterable[tuple[str, datetime | None]]) -> bytes:
    """Return addresses of pages, and when each was last changed, as search engines read them."""
    return _listed("urlset", "url", addresses)


def site_map_index(addresses: Iterable[str]) -> bytes:
    """Return the addresses of the parts of a site map."""
    return _listed("sitemapindex", "sitemap", ((address, None) for address in addresses))


def _listed(root_name: str, name: str, rows: Iterable[tuple[str, datetime | None]]) -> bytes:
    root = Element(root_name, {"xmlns": SITEMAP})
    for address, changed_at in rows:
        row = SubElement(root, name)
        _words(row, "loc", address)
        if changed_at is not None:
            _words(row, "lastmod", _moment(changed_at))
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _words(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = _NOT_IN_XML.sub("", text)
    return element


def _tag(address: str, key: str) -> str:
    """Return a name that stays when addresses change (RFC 4151)."""
    return f"tag:{urlsplit(address).hostname},{BEGINNING:%Y-%m-%d}:{key}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
