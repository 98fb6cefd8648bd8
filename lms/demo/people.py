"""The invented people of the demonstration.

Their names are the words for "example", "sample", "trial" or "somebody" in each language, so that
every script and shape of name is there (one word, very long, right to left) and nobody is meant.
Addresses are in a domain that can never exist.
"""

from dataclasses import dataclass
from enum import StrEnum

from lms.accounts.models import Role

DOMAIN = "demo.example"


class Stage(StrEnum):
    """How far somebody of the class has come."""

    ENROLLED = "enrolled"
    STARTED = "started"
    HALF = "half"
    QUESTION_MISSING = "question_missing"
    NEARLY_DONE = "nearly_done"
    SILENT = "silent"  # past half, and not seen for days: a letter of participation at best
    COMPLETED = "completed"
    EVERYTHING = "everything"  # went on to the last session and the readings
    WITHDRAWN = "withdrawn"
    DROPPED_OUT = "dropped_out"
    REVOKED = "revoked"
    REISSUED = "reissued"


@dataclass(frozen=True)
class Invented:
    """One invented person: names, where they work, how far they have come."""

    full_name: str
    own_script: str
    city: str
    organisation: str
    position: str
    stage: Stage
    language: str = "en"


@dataclass(frozen=True)
class Account:
    """One account that can be signed in to: what it is for, and whose it is."""

    mailbox: str
    role: str
    full_name: str
    own_script: str
    city: str
    organisation: str
    position: str
    site_role: Role | None = None
    language: str = "en"

    @property
    def email(self) -> str:
        """Return the address to sign in with."""
        return f"{self.mailbox}@{DOMAIN}"


FOUNDATION = "Busan Global City Foundation"

TRAINEE = Account(
    "trainee",
    "trainee",
    "SURGALTYN OROLTSOGCH",
    "Сургалтын Оролцогч",
    "ulaanbaatar",
    "City transport department",
    "Traffic officer",
)
GRADUATE = Account(
    "graduate",
    "trainee with a certificate",
    "HOANG VAN MAU",
    "Hoàng Văn Mẫu",
    "hcmc",
    "Public transport management centre",
    "Data analyst",
)
INSTRUCTOR = Account(
    "instructor",
    "instructor",
    "KIM GANGSA",
    "김강사",
    "",
    "Training partner",
    "Lecturer",
    Role.INSTRUCTOR,
    "ko",
)
FOCAL_POINT = Account(
    "focal",
    "city focal point",
    "KHARILTSAA KHOLBOO",
    "Харилцаа Холбоо",
    "ulaanbaatar",
    "International relations office",
    "Coordinator for Busan",
)
STAFF = Account(
    "staff", "staff", "PARK DAMDANG", "박담당", "", FOUNDATION, "Course officer", Role.STAFF, "ko"
)
ADMIN = Account(
    "admin", "admin", "LEE GWANRI", "이관리", "", FOUNDATION, "Administrator", Role.ADMIN, "ko"
)
ACCOUNTS = (TRAINEE, GRADUATE, INSTRUCTOR, FOCAL_POINT, STAFF, ADMIN)

S = Stage
TRANSPORT = "City transport department"
PLANNING = "City planning bureau"
CENTRE = "Traffic information centre"
OPERATOR = "Public bus operator"

CLASS = (
    Invented("ZAGVARYN JISHEE", "Загварын Жишээ", "ulaanbaatar", TRANSPORT, "Engineer", S.HALF),
    Invented(
        "TURSHILTYN SURALTSAGCH",
        "Туршилтын Суралцагч",
        "ulaanbaatar",
        CENTRE,
        "Operator",
        S.EVERYTHING,
        "ko",
    ),
    Invented("NGUYEN VAN A", "Nguyễn Văn A", "hcmc", TRANSPORT, "Deputy head", S.COMPLETED),
    Invented("TRAN THI B", "Trần Thị B", "hcmc", PLANNING, "Planner", S.NEARLY_DONE),
    Invented("LE VAN VI DU", "Lê Văn Ví Dụ", "hcmc", OPERATOR, "Dispatcher", S.STARTED),
    Invented("KOMROU SAKLBONG", "គំរូ សាកល្បង", "phnompenh", TRANSPORT, "Engineer", S.HALF),
    Invented("UTEAHOR TIPIR", "ឧទាហរណ៍ ទីពីរ", "phnompenh", PLANNING, "Officer", S.ENROLLED),
    Invented("TUAYANG THOTLONG", "ຕົວຢ່າງ ທົດລອງ", "vientiane", TRANSPORT, "Officer", S.REISSUED),
    Invented("BAEPYANG THISONG", "ແບບຢ່າງ ທີສອງ", "vientiane", OPERATOR, "Engineer", S.SILENT),
    Invented("MAUNG UPAMA", "မောင် ဥပမာ", "yangon", TRANSPORT, "Officer", S.QUESTION_MISSING),
    Invented("MA NAMUNA", "မ နမူနာ", "yangon", PLANNING, "Analyst", S.STARTED),
    Invented("UDAHARAN NAMUNA", "उदाहरण नमुना", "mumbai", TRANSPORT, "Engineer", S.COMPLETED),
    Invented("CHACHNI KALPANIK", "चाचणी काल्पनिक", "mumbai", OPERATOR, "Manager", S.NEARLY_DONE),
    Invented("CONTOH", "", "surabaya", TRANSPORT, "Officer", S.HALF),
    Invented("TELADAN", "", "surabaya", CENTRE, "Operator", S.WITHDRAWN),
    Invented(
        "FULANO DE TAL EJEMPLO",
        "Fulano de Tal Ejemplo",
        "guayaquil",
        TRANSPORT,
        "Engineer",
        S.REVOKED,
    ),
    Invented(
        "MARIA INVENTADA DE LA MUESTRA Y DEL EJEMPLO",
        "María Inventada de la Muestra y del Ejemplo",
        "guayaquil",
        PLANNING,
        "Head of unit",
        S.STARTED,
    ),
    Invented("FULAN AL-MITHALI", "فلان المثالي", "casablanca", TRANSPORT, "Officer", S.HALF),
    Invented(
        "FULANA AL-NAMOUDAJIYA", "فلانة النموذجية", "casablanca", PLANNING, "Planner", S.SILENT
    ),
    Invented("ZHANG SHILI", "张示例", "shanghai", CENTRE, "Engineer", S.EVERYTHING, "zh"),
    Invented("LI YANGBEN", "李样本", "shanghai", TRANSPORT, "Officer", S.QUESTION_MISSING, "zh"),
    Invented("PANANGLITAN SULAY", "", "cebu", TRANSPORT, "Traffic aide", S.NEARLY_DONE),
    Invented("ULGI SYNAK", "Үлгі Сынақ", "almaty", TRANSPORT, "Engineer", S.DROPPED_OUT),
    Invented("TUAYANG SOMMUT", "ตัวอย่าง สมมุติ", "bangkok", TRANSPORT, "Officer", S.ENROLLED),
)

# Who studied in the season before. The account with a certificate is of these too.
LAST_CLASS = (
    Invented("ORNEK DENEME", "Örnek Deneme", "istanbul", TRANSPORT, "Engineer", S.COMPLETED),
    Invented("EZEMPLU DAHULUK", "Ezemplu Dahuluk", "dili", TRANSPORT, "Officer", S.EVERYTHING),
    Invented("CHEN FANLI", "陳範例", "kaohsiung", CENTRE, "Engineer", S.COMPLETED, "zh"),
    Invented("PHAM THI C", "Phạm Thị C", "hcmc", OPERATOR, "Dispatcher", S.SILENT),
)
