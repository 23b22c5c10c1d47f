"""The longest names, sentences and sources stay inside their cells and the page, on paper and beside the charts."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pypdfium2 as pdfium
import pytest

from questionnaires.definition import Text
from reports.edition import Edition
from reports.formats import Language
from reports.pdf import write_pdf
from reports.report import build_report
from survey.core.place import Instance
from survey.core.reported import Figure, Kind, OtherMeasure, reported
from survey.core.small_cells import protect
from survey.core.target_sheets import load_target_sheet
from survey.library import shipped_target_sheets
from survey.wording import translator
from tests.core.test_funnel import province

LONG = "Trung tâm Phục vụ hành chính công và Hỗ trợ doanh nghiệp phường Trường Vinh, khu kinh tế Đông Nam tỉnh Nghệ An"
ADDRESS = "https://dichvucong.gov.vn/p/home/dvc-chi-so-phuc-vu-nguoi-dan-doanh-nghiep.html?nam=2026&tinh=40"
LEFT, RIGHT = 30.0, 195.0
"""Millimetres between which the text of an A4 page stands."""


def edition(language: Language, source: str) -> Edition:
    """Forty units and two factors with one long name, and a plan with figures from a long source."""
    result = province(3, worse=0.35)
    units = tuple(
        replace(one, unit=replace(one.unit, name=f"{LONG} {at}")) for at, one in enumerate(result.units)
    )
    factors = tuple(
        replace(one, section=one.section.model_copy(update={"title": Text(vi=LONG)}))
        for one in result.factors
    )
    code = "tay-son-2023-2025"
    sheet = load_target_sheet(shipped_target_sheets()[code], code)
    figure = Figure(
        Decimal("96.4321"),
        2025,
        source,
        date(2026, 11, 1),
        "canbo",
        datetime(2026, 11, 1, tzinfo=UTC),
    )
    names = [(Kind.TARGET, target.indicator) for target in sheet.targets[::2]]
    names += [(Kind.MEASURE, measure.value) for measure in OtherMeasure]
    owner = Instance("Ủy ban nhân dân tỉnh", "Sở Nội vụ", "Huế", "BC", simulated=False)
    return Edition(
        protect(replace(result, units=units, factors=factors, sheet=sheet), 5),
        owner,
        date(2026, 11, 22),
        language,
        translator(language),
        reported=reported(sheet, dict.fromkeys(names, figure)),
    )


@pytest.mark.parametrize("source", [LONG, ADDRESS, f"Cổng: {ADDRESS}"])
def test_no_letter_of_a_report_with_long_names_leaves_the_margins(source: str) -> None:
    report = build_report(edition("vi", source))
    with pdfium.PdfDocument(write_pdf(report)) as paper:
        assert len(paper) > 10
        for number, page in enumerate(paper, start=1):
            text = page.get_textpage()
            for at in range(text.count_chars()):
                left, _bottom, right, _top = text.get_charbox(at)
                if right > left and not text.get_text_range(at, 1).isspace():
                    millimetres = left * 25.4 / 72, right * 25.4 / 72
                    assert millimetres[0] >= LEFT - 0.5, (number, text.get_text_range(at, 20))
                    assert millimetres[1] <= RIGHT + 0.5, (number, text.get_text_range(max(0, at - 20), 25))
