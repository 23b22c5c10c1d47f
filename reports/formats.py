"""Numbers, dates and fixed words as Vietnamese and English readers expect them in print.

Proportions are 0–1 everywhere and become per cent only here. Rounding is half away from zero on the shortest
decimal that names the number, which is what a reader with a pocket calculator would do.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Literal

from survey.core.round import VIETNAM

Language = Literal["vi", "en"]

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_WORDS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "vi": MappingProxyType(
            {
                "table": "Bảng",
                "figure": "Hình",
                "contents": "Mục lục",
                "note": "Lưu ý",
                "recipients": "Nơi nhận:",
                "motto_country": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                "motto": "Độc lập - Tự do - Hạnh phúc",
                "interval": "Khoảng tin cậy",
                "target": "Chỉ tiêu",
                "measured": "Kết quả đo",
                "verdict": "Kết luận",
                "scroll": "cuộn ngang để xem hết",
                "low": "cận dưới",
                "high": "cận trên",
                "point_value": "Giá trị điểm",
                "guide": "Hướng dẫn đọc",
                "summary": "Kết luận",
                "guide_text": "Mỗi bảng của báo cáo nằm trên một trang tính mang số của bảng; số ở đây là số chưa làm tròn.\n"
                "Tỷ lệ và chỉ số là số từ 0 đến 1, hiện theo phần trăm, gia quyền theo số hồ sơ.\n"
                "Thay đổi tính bằng điểm phần trăm. Khoảng tin cậy tách thành hai cột: cận dưới và cận trên.\n"
                "Dấu “–”: không có phiếu hoặc quá ít phiếu để ước lượng.",
            }
        ),
        "en": MappingProxyType(
            {
                "table": "Table",
                "figure": "Figure",
                "contents": "Contents",
                "note": "Note",
                "recipients": "Recipients:",
                "motto_country": "SOCIALIST REPUBLIC OF VIET NAM",
                "motto": "Independence - Freedom - Happiness",
                "interval": "Confidence interval",
                "target": "Target",
                "measured": "Measured",
                "verdict": "Verdict",
                "scroll": "scroll sideways to see all",
                "low": "lower limit",
                "high": "upper limit",
                "point_value": "Point value",
                "guide": "How to read",
                "summary": "Verdicts",
                "guide_text": "Every table of the report is on a sheet with its number; numbers here are not rounded.\n"
                "Proportions and indices are numbers from 0 to 1, shown as per cent, weighted by dossiers.\n"
                "Changes are percentage points. A confidence interval stands in two columns: lower and upper limit.\n"
                "A dash: no responses, or too few for an estimate.",
            }
        ),
    }
)


def words(language: Language) -> Mapping[str, str]:
    """The fixed words that a writer prints around a document's own text, by name."""
    return _WORDS[language]


def decimal(value: float, language: Language, decimals: int = 2) -> str:
    """``1234.5`` as ``"1.234,50"`` (vi) or ``"1,234.50"`` (en), with a true minus sign."""
    return _print(_round(_exact(value), decimals), language)


def count(value: float, language: Language = "vi") -> str:
    """A whole number with its thousands grouped: ``"40.000"`` (vi), ``"40,000"`` (en)."""
    return decimal(value, language, 0)


def percent(value: float, language: Language, decimals: int = 2) -> str:
    """A proportion as per cent: ``0.8394`` is ``"83,94 %"`` (vi, no-break space) or ``"83.94%"`` (en)."""
    return _with_sign(_print(_round(_exact(value) * 100, decimals), language), language)


def percent_against(value: float, target: float, language: Language, decimals: int = 2) -> str:
    """A proportion as per cent with as many decimals as keep its side of a target visible.

    A value of 0.85996 against "more than 86 %" must not print as "86,00 %": it prints as "85,996 %". The
    print stays below, on or above the target as the value does, so every comparator gives the same answer.
    Differences under 1e-12 are the noise of binary fractions and count as none.

    Args:
        value: measured proportion, 0–1.
        target: the plan's proportion, 0–1.
        language: of the print.
        decimals: the fewest decimals of the per cent value.
    """
    exact, goal = (_exact(round(number, 12)) * 100 for number in (value, target))
    while _round(exact, decimals).compare(goal) != exact.compare(goal):
        decimals += 1
    return _with_sign(_print(_round(exact, decimals), language), language)


def interval(low: float, high: float, language: Language, decimals: int = 2) -> str:
    """Two proportions as a range in per cent: ``"82,10–85,78 %"`` (vi), ``"82.10–85.78%"`` (en)."""
    ends = (_print(_round(_exact(end) * 100, decimals), language) for end in (low, high))
    return _with_sign(EN_DASH.join(ends), language)


def points(difference: float, language: Language, decimals: int = 2) -> str:
    """A difference of proportions in percentage points: ``"+1,23 điểm %"`` (vi), ``"+1.23 pp"`` (en)."""
    rounded = _round(_exact(difference) * 100, decimals)
    sign = "+" if rounded > 0 else ""
    unit = f"điểm{NBSP}%" if language == "vi" else "pp"
    return f"{sign}{_print(rounded, language)}{NBSP}{unit}"


def opening(text: str) -> str:
    """A text that begins with a capital, as a clause quoted from the middle of a plan's sentence need not."""
    return text[:1].upper() + text[1:]


def day(value: date) -> str:
    """A date as ``dd/mm/yyyy``."""
    return f"{value.day:02d}/{value.month:02d}/{value.year}"


def moment(value: datetime) -> str:
    """A moment as ``hh:mm, dd/mm/yyyy`` in Vietnam."""
    there = value.astimezone(VIETNAM)
    return f"{there:%H:%M}, {day(there.date())}"


def long_day(value: date, language: Language) -> str:
    """``"ngày 05 tháng 01 năm 2026"`` by NĐ 30/2020: days under 10 and months 1 and 2 with a leading zero."""
    if language == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    month = f"{value.month:02d}" if value.month <= 2 else str(value.month)  # noqa: PLR2004 - the decree says 1 and 2
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def place_and_date(place: str, value: date, language: Language = "vi") -> str:
    """The letterhead's line: ``"Nghệ An, ngày 05 tháng 01 năm 2026"``."""
    return f"{place}, {long_day(value, language)}"


def document_number(number: int, symbol: str) -> str:
    """The number and symbol of a document: ``"Số: 05/BC-UBND"``, numbers under 10 with a leading zero."""
    return f"Số: {number:02d}/{symbol}"


def roman(number: int) -> str:
    """A whole number from 1 to 39 in Roman numerals, as the main parts of a report are numbered."""
    return "X" * (number // 10) + _ROMAN[number % 10]


def _exact(value: float) -> Decimal:
    return Decimal(repr(float(value)))


def _round(value: Decimal, decimals: int) -> Decimal:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def _print(value: Decimal, language: Language) -> str:
    text = f"{value:,f}"
    if language == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return text.replace("-", MINUS)


def _with_sign(number: str, language: Language) -> str:
    return f"{number}{NBSP}%" if language == "vi" else f"{number}%"


_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
