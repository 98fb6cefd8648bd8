"""The recording of a sitting that was held: published, asked about, and made up with.

For want of a real one it is the recording of a lesson on the same subject, and begins in the
second half of the sitting, so that whoever left before it has something to make up.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Course
from lms.courses.services.teachers import give_teaching_consent
from lms.demo.holding import Team
from lms.lessons.events import HeldFile, HeldRecordingReady
from lms.lessons.models import Lesson, LessonCaption, LessonMedia, Rendition
from lms.progress.queries.catch_up import CatchingUp, catching_up
from lms.progress.services.catch_up import answer_questions, record_watch
from lms.seminars.models import Sitting
from lms.seminars.queries.recordings import questions_of
from lms.seminars.services.recordings import (
    keep_captions,
    publish_recording,
    set_question,
    set_recording_start,
    take_recording,
)
from lms.seminars.services.telling_recordings import tell_recording

BEGINS = timedelta(minutes=70)
KEPT = timedelta(days=60)

Texts = Mapping[str, str]


class Question(NamedTuple):
    """What is asked of those who make up for the sitting, by language."""

    prompt: Texts
    choices: Sequence[Texts]
    correct: int


QUESTIONS = (
    Question(
        {
            "ko": "버스가 센터로 보내는 위치 메시지에 시각이 함께 들어가야 하는 까닭은 무엇입니까?",
            "en": "Why does a position message from the bus carry a time of its own?",
            "zh": "车辆发送给中心的位置消息为什么要带有时间？",
        },
        [
            {
                "ko": "늦게 도착한 메시지를 지금의 위치로 잘못 보지 않기 위해서",
                "en": "So that a message that comes late is not taken for where the bus is now",
                "zh": "避免把迟到的消息误认为车辆当前的位置",
            },
            {
                "ko": "운전자의 근무시간을 계산하기 위해서",
                "en": "To reckon the working hours of the driver",
                "zh": "用于计算驾驶员的工作时间",
            },
            {
                "ko": "통신 요금을 줄이기 위해서",
                "en": "To pay less for the line",
                "zh": "用于减少通信费用",
            },
        ],
        0,
    ),
    Question(
        {
            "ko": "터널에서 통신이 끊긴 동안의 위치는 어떻게 다루는 것이 좋습니까?",
            "en": "The line is cut in a tunnel. What is best done with the positions of that time?",
            "zh": "车辆在隧道中通信中断，这段时间的位置数据最好如何处理？",
        },
        [
            {"ko": "버린다", "en": "Throw them away", "zh": "丢弃"},
            {
                "ko": "차내에 모아 두었다가 연결되면 보낸다",
                "en": "Keep them on board and send them once the line is back",
                "zh": "暂存在车上，恢复连接后再发送",
            },
            {
                "ko": "마지막 위치를 계속 보낸다",
                "en": "Go on sending the last position",
                "zh": "持续发送最后一个位置",
            },
        ],
        1,
    ),
    Question(
        {
            "ko": "같은 메시지가 두 번 도착했습니다. 센터는 무엇으로 알아차립니까?",
            "en": "The same message arrives twice. By what does the centre notice?",
            "zh": "同一条消息到达了两次，中心凭什么发现？",
        },
        [
            {"ko": "버스의 색", "en": "The colour of the bus", "zh": "车辆的颜色"},
            {"ko": "메시지의 길이", "en": "The length of the message", "zh": "消息的长度"},
            {
                "ko": "차량과 메시지 번호",
                "en": "The number of the bus and that of the message",
                "zh": "车辆编号和消息编号",
            },
        ],
        2,
    ),
)


def consent_to_recording(course: Course, instructor: Person, *, now: datetime) -> None:
    """Let the instructor consent to being recorded."""
    give_teaching_consent(course, instructor, recording=True, reuse=False, now=now)


def bring_recording(sitting: Sitting, lesson: Lesson, *, team: Team, now: datetime) -> None:
    """Give a sitting the recording of a lesson, with captions and questions, and publish it."""
    media = db.session.scalars(select(LessonMedia).where(LessonMedia.lesson_id == lesson.id))
    files = [
        HeldFile(Rendition(row.rendition), row.storage_key, row.mimetype, row.size) for row in media
    ]
    assert sitting.lesson_id is not None
    take_recording(
        HeldRecordingReady(sitting.id, sitting.lesson_id, files, lesson.duration_seconds, at=now)
    )
    begins_at = sitting.starts_at + BEGINS
    set_recording_start(sitting, begins_at, actor=team.instructor, now=now)
    for row in db.session.scalars(
        select(LessonCaption).where(LessonCaption.lesson_id == lesson.id)
    ):
        keep_captions(sitting, row.language, row.webvtt)
    for position, question in enumerate(QUESTIONS, 1):
        set_question(
            sitting,
            position,
            prompt=TextInLanguages("ko", question.prompt),
            choices=[TextInLanguages("ko", choice) for choice in question.choices],
            correct_choice=question.correct,
        )
    until = (now + KEPT).date()
    publish_recording(sitting, until, actor=team.staff, now=now)
    tell_recording(sitting, now=now)


def make_up(sitting: Sitting, person: Person, now: datetime) -> None:
    """Let somebody watch the whole recording and answer its questions, two of them at first."""
    known = _known(sitting, person)
    seconds = known.recording.seconds
    watched_at = now + timedelta(seconds=seconds)
    record_watch(known, [(0, seconds)], seconds, opened_at=now, now=watched_at)
    right = {each.position: each.correct_choice for each in questions_of(sitting.id)}
    wrong = right | {1: right[1] + 1}
    answer_questions(_known(sitting, person), wrong, now=watched_at + timedelta(minutes=1))
    answer_questions(_known(sitting, person), right, now=watched_at + timedelta(minutes=2))


def _known(sitting: Sitting, person: Person) -> CatchingUp:
    known = catching_up(person.id, sitting.id)
    assert known is not None
    return known
