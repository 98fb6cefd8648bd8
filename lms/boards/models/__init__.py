from lms.boards.models.board import (
    Audience,
    Board,
    BoardKind,
    BoardMark,
    Following,
    Moderation,
)
from lms.boards.models.conversation import (
    Conversation,
    ConversationKind,
    ConversationPerson,
    ConversationState,
    Message,
)
from lms.boards.models.expertise import (
    Contribution,
    Expertise,
    PostReading,
)
from lms.boards.models.file import PostFile
from lms.boards.models.moderation import (
    AppealState,
    BlockedWord,
    PostAppeal,
    PostReport,
    ReportReason,
    ReportState,
    WordAction,
)
from lms.boards.models.post import (
    CASE_PARTS,
    Draft,
    Post,
    PostBookmark,
    PostLike,
    PostRevision,
    PostText,
    TextOrigin,
)
from lms.boards.models.terms import PostTerms
from lms.boards.models.thread import (
    NoticeAudience,
    PostState,
    TagKind,
    Thread,
    ThreadKind,
    ThreadMark,
    ThreadTag,
)
from lms.boards.models.version import BoardsVersion

__all__ = [
    "CASE_PARTS",
    "AppealState",
    "Audience",
    "BlockedWord",
    "Board",
    "BoardKind",
    "BoardMark",
    "BoardsVersion",
    "Contribution",
    "Conversation",
    "ConversationKind",
    "ConversationPerson",
    "ConversationState",
    "Draft",
    "Expertise",
    "Following",
    "Message",
    "Moderation",
    "NoticeAudience",
    "Post",
    "PostAppeal",
    "PostBookmark",
    "PostFile",
    "PostLike",
    "PostReading",
    "PostReport",
    "PostRevision",
    "PostState",
    "PostTerms",
    "PostText",
    "ReportReason",
    "ReportState",
    "TagKind",
    "TextOrigin",
    "Thread",
    "ThreadKind",
    "ThreadMark",
    "ThreadTag",
    "WordAction",
]
