from lms.seminars.models.attendance import (
    Attendance,
    AttendanceCorrection,
    AttendanceStatus,
    CorrectionState,
    OutageCertificate,
    Presence,
    PresenceSource,
)
from lms.seminars.models.evaluation import Evaluation, EvaluationTurn
from lms.seminars.models.feed import CalendarFeed
from lms.seminars.models.guest import Guest
from lms.seminars.models.holiday import Holiday
from lms.seminars.models.recording import SittingCaption, SittingMedia, SittingQuestion
from lms.seminars.models.reminder import Reminder, ReminderKind
from lms.seminars.models.report import (
    AttendanceReport,
    MatchedBy,
    PersonAlias,
    ReportLine,
    ReportPlatform,
)
from lms.seminars.models.sitting import (
    DayItem,
    HeadCount,
    InterpretingMode,
    RecordingPolicy,
    RoomKind,
    Sitting,
    SittingPerson,
    SittingRole,
    SittingState,
)

__all__ = [
    "Attendance",
    "AttendanceCorrection",
    "AttendanceReport",
    "AttendanceStatus",
    "CalendarFeed",
    "CorrectionState",
    "DayItem",
    "Evaluation",
    "EvaluationTurn",
    "Guest",
    "HeadCount",
    "Holiday",
    "InterpretingMode",
    "MatchedBy",
    "OutageCertificate",
    "PersonAlias",
    "Presence",
    "PresenceSource",
    "RecordingPolicy",
    "Reminder",
    "ReminderKind",
    "ReportLine",
    "ReportPlatform",
    "RoomKind",
    "Sitting",
    "SittingCaption",
    "SittingMedia",
    "SittingPerson",
    "SittingQuestion",
    "SittingRole",
    "SittingState",
]
