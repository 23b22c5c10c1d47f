"""The made-up numbers of the sample report: units, factors, items and what moved."""

from dataclasses import dataclass

from reports.charts import Change, LikertRow, Measured
from reports.document import Tone
from reports.formats import percent, percent_against, points

TARGET = 0.86
TARGET_LABEL = "Chỉ tiêu: trên 86 %"
LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
OUTCOMES: dict[Tone, str] = {"met": "Đạt", "not_enough": "Chưa đủ căn cứ", "not_met": "Không đạt"}

WARDS = ("Thành Vinh", "Trường Vinh", "Vinh Hưng", "Vinh Phú", "Vinh Lộc", "Cửa Lò", "Hoàng Mai", "Quỳnh Mai")
COMMUNES = tuple(
    f"{stem} {leaf}"
    for stem in ("Quỳnh", "Diễn", "Yên", "Nghi", "Đô", "Thanh", "Nam", "Hưng", "Tân", "Nghĩa", "Quỳ", "Con")
    for leaf in ("Lưu", "Châu", "Thành", "Lộc", "Lương", "Hợp", "Kỳ", "Đàn", "Nguyên")
)


@dataclass(frozen=True)
class Unit:
    """A unit of the sample with what was counted in it."""

    name: str
    dossiers: int
    answers: int
    index: Measured
    on_time: float


def units(number: int = 100) -> tuple[Unit, ...]:
    """Units with plausible, entirely made-up numbers; the same on every call."""
    names = [*(f"Phường {name}" for name in WARDS), *(f"Xã {name}" for name in COMMUNES)]
    names[5] = "Trung tâm Phục vụ hành chính công phường Cửa Lò và khu kinh tế Đông Nam"
    return tuple(_unit(names[i % len(names)], i) for i in range(number))


def _unit(name: str, i: int) -> Unit:
    answers = 96 + (i * 53) % 190
    value = 0.77 + ((i * 37) % 101) / 101 * 0.19
    half = 1.96 * (value * (1 - value) / answers) ** 0.5
    low, high = max(value - half, 0), min(value + half * 0.9, 1)
    tone: Tone = "met" if low > TARGET else "not_met" if high <= TARGET else "not_enough"
    index = Measured(name, value, low, high, percent_against(value, TARGET, "vi"), tone)
    return Unit(name, 900 + (i * 7919) % 9000, answers, index, 0.93 + (i * 17) % 60 / 1000)


def factors() -> tuple[Measured, ...]:
    """The five factors, with one verdict of each kind."""
    return (
        Measured("Tiếp cận dịch vụ", 0.8427, 0.829, 0.856, "84,27 %", "not_met"),
        Measured("Thủ tục hành chính", 0.8390, 0.823, 0.863, "83,90 %", "not_enough"),
        Measured("Công chức trực tiếp giải quyết công việc", 0.8802, 0.868, 0.891, "88,02 %", "met"),
        Measured("Kết quả dịch vụ", 0.8303, 0.816, 0.844, "83,03 %", "not_met"),
        Measured(
            "Tiếp nhận, giải quyết góp ý, phản ánh, kiến nghị", 0.7915, 0.774, 0.808, "79,15 %", "not_met"
        ),
    )


def items() -> tuple[LikertRow, ...]:
    """Nine items in the wording of a ward's form, shortened."""
    wordings = (
        "Công chức có thái độ giao tiếp lịch sự",
        "Công chức trả lời, giải thích, hướng dẫn kê khai hồ sơ tận tình, chu đáo, dễ hiểu",
        "Công chức tuân thủ đúng quy định trong giải quyết công việc",
        "Kết quả nhận được là đúng quy định",
        "Kết quả có thông tin đầy đủ, chính xác",
        "Cơ quan có bố trí hình thức tiếp nhận góp ý, phản ánh, kiến nghị",
        "Dễ dàng thực hiện góp ý, phản ánh, kiến nghị",
        "Cơ quan tiếp nhận, xử lý tích cực góp ý, phản ánh, kiến nghị",
        "Cơ quan thông báo kịp thời kết quả xử lý góp ý, phản ánh, kiến nghị",
    )
    return tuple(_likert(text, i) for i, text in enumerate(wordings))


def _likert(wording: str, i: int) -> LikertRow:
    worst, bad, middle, good = 0.008 + i * 0.004, 0.02 + i * 0.007, 0.07 + i * 0.009, 0.55 - i * 0.01
    best = 1 - worst - bad - middle - good
    return LikertRow(wording, (worst, bad, middle, good, best), percent(good + best, "vi"))


def changes() -> tuple[Change, ...]:
    """Two quarters, one pair of which cannot be compared."""

    def row(label: str, before: float | None, now: float, tone: Tone) -> Change:
        previous = None if before is None else Measured(label, before, before - 0.012, before + 0.012, "")
        text = "không so sánh" if before is None else points(now - before, "vi")
        return Change(label, previous, Measured(label, now, now - 0.011, now + 0.011, ""), text, tone)

    return (
        row("Tiếp cận dịch vụ", 0.8217, 0.8427, "met"),
        row("Thủ tục hành chính", 0.8341, 0.8390, "not_enough"),
        row("Công chức trực tiếp giải quyết công việc", 0.8942, 0.8802, "not_met"),
        row("Kết quả dịch vụ", None, 0.8303, "neutral"),
        row("Tiếp nhận, giải quyết góp ý, phản ánh, kiến nghị", 0.7876, 0.7915, "not_enough"),
    )
