"""Zoom: "meeting participants", one line for each time somebody joined.

Columns are known by their names in English, Korean and Chinese. Above them there may be some lines
about the meeting; in another form of the report its columns stand before those of the
participants, so of several columns of one name the last before the time of joining is meant.
"""

from collections.abc import Sequence
from typing import NamedTuple

from lms.seminars.rules.reports.report import Entry, LineFault, Refusal, ReportRefused
from lms.seminars.rules.reports.rows import Row, bare

_HEAD_WITHIN = 50

_NAME = ("name", "username", "이름", "사용자이름", "名称", "名稱", "姓名", "用户名", "使用者名稱")
_EMAIL = (
    *("email", "useremail", "이메일", "사용자이메일", "电子邮件", "用户电子邮件", "用户邮件"),
    *("邮箱", "用户邮箱", "電子郵件", "使用者電子郵件"),
)
_JOINED = (
    *("jointime", "참가시간", "참여시간", "가입시간", "입장시간"),
    *("加入时间", "进入时间", "入会时间", "加入時間"),
)
_LEFT = (
    *("leavetime", "나간시간", "나가기시간", "퇴장시간", "떠난시간"),
    *("离开时间", "退出时间", "离会时间", "離開時間"),
)
_WAITING = ("waitingroom", "대기실", "等候室", "等待室")
_STAYED = ("duration", "기간", "시간분", "持续时间", "持續時間", "时长")
_MINUTES = ("minutes", "분", "分钟", "分鐘")

_YES = {"yes", "예", "是"}


class _Columns(NamedTuple):
    name: int
    email: int | None
    joined: int
    left: int
    waiting: int | None


def entries(rows: Sequence[Row]) -> list[Entry] | None:
    """Return the lines of a Zoom report, None when this is none.

    Raises ReportRefused when it gives people's minutes only: "show unique users" was ticked.
    """
    for index, row in enumerate(rows[:_HEAD_WITHIN]):
        columns = _columns(row)
        if columns is not None:
            return [_entry(line, columns) for line in rows[index + 1 :] if line.cells != row.cells]
    if any(_sums_up(row) for row in rows[:_HEAD_WITHIN]):
        raise ReportRefused(Refusal.NO_TIMES)
    return None


def _columns(row: Row) -> _Columns | None:
    names = [bare(cell) for cell in row.cells]
    joined = next((i for i, name in enumerate(names) if _is_time(name, _JOINED)), None)
    left = next((i for i, name in enumerate(names) if _is_time(name, _LEFT)), None)
    if joined is None or left is None:
        return None
    before = range(joined - 1, -1, -1)
    name = next((i for i in before if _is_name(names[i])), None)
    if name is None:
        return None
    return _Columns(
        name=name,
        email=next((i for i in before if names[i] in _EMAIL), None),
        joined=joined,
        left=left,
        waiting=next((i for i, n in enumerate(names) if any(w in n for w in _WAITING)), None),
    )


def _is_time(column: str, words: tuple[str, ...]) -> bool:
    """Tell whether a column holds moments; "참가 시간(분)" holds minutes."""
    return column.startswith(words) and not column.endswith(_MINUTES)


def _is_name(column: str) -> bool:
    """Tell whether a column holds names: "Name (Original Name)", in whatever words the bracket."""
    return column in _NAME or any(
        column.startswith(word) and column.removeprefix(word).startswith(("original", "원", "原"))
        for word in _NAME
    )


def _sums_up(row: Row) -> bool:
    names = [bare(cell) for cell in row.cells]
    return any(map(_is_name, names)) and any(word in name for name in names for word in _STAYED)


def _entry(row: Row, columns: _Columns) -> Entry:
    waited = row.cell(columns.waiting).casefold() in _YES
    return Entry(
        number=row.number,
        raw=row.raw,
        name=row.cell(columns.name),
        email=row.cell(columns.email),
        joined=row.cell(columns.joined),
        left=row.cell(columns.left),
        fault=LineFault.IN_WAITING_ROOM if waited else None,
    )
