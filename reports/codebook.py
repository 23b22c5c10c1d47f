"""A round's codebook by DDI-Codebook 2.5, the format in which data archives describe surveys."""

from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from reports.document import clean
from reports.edition import Edition
from reports.public_file import WEIGHT_NUMBER, public_notes, variables
from reports.spss import Variable
from survey.core.place import Field
from survey.core.public_records import PublicRecords

NAMESPACE = "ddi:codebook:2_5"
SCHEMA = f"{NAMESPACE} https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def write_codebook(edition: Edition, fields: tuple[Field, ...], records: PublicRecords | None) -> bytes:
    """What was surveyed and how, and the variables of the file of anonymous records.

    Args:
        edition: of the round's report.
        fields: all fields.
        records: those of the file; None while there is none.
    """
    book = Element(
        "codeBook",
        {"xmlns": NAMESPACE, "xmlns:xsi": INSTANCE, "xsi:schemaLocation": SCHEMA, "version": "2.5"},
    )
    book.set("xml:lang", edition.language)
    _study(edition, book)
    _file(edition, book, records)
    described = ET.SubElement(book, "dataDscr")
    for number, variable in enumerate(variables(edition, fields), start=1):
        _variable(edition, described, number, variable, is_question=variable.missing is not None)
    ET.indent(book)
    content: bytes = ET.tostring(book, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _put(parent: Element, path: str, text: str = "", **attributes: str) -> Element:
    """Add elements one inside the other; the last one holds the text."""
    for name in path.split("/"):
        parent = ET.SubElement(parent, name)
    parent.text = clean(text) or None
    parent.attrib.update(attributes)
    return parent


def _study(edition: Edition, book: Element) -> None:
    _ = edition.translate
    round_ = edition.result.round
    definition = round_.version.definition
    study = _put(book, "stdyDscr")
    citation = _put(study, "citation")
    title = _put(citation, "titlStmt")
    subject = _("Kết quả khảo sát mức độ hài lòng đối với sự phục vụ hành chính")
    _put(title, "titl", f"{subject} – {round_.name(edition.language)}")
    _put(title, "IDNo", round_.code)
    _put(citation, "rspStmt/AuthEnty", edition.instance.agency)
    _put(citation, "prodStmt/prodDate", edition.dated.isoformat(), date=edition.dated.isoformat())
    version = _("Phiếu %(code)s, phiên bản %(number)s, dấu vân tay %(print)s") % {
        "code": definition.code,
        "number": round_.version.number,
        "print": round_.version.fingerprint,
    }
    _put(citation, "verStmt/version", version)
    information = _put(study, "stdyInfo")
    summary = _put(information, "sumDscr")
    for event, day in (("start", round_.starts_on), ("end", round_.ends_on)):
        _put(summary, "collDate", day.isoformat(), date=day.isoformat(), event=event)
    _put(summary, "nation", "Việt Nam", abbr="VN")
    _put(summary, "geogCover", edition.instance.place)
    _put(summary, "anlyUnit", _("Phiếu trả lời của một người về một lần giải quyết thủ tục"))
    _put(summary, "universe", definition.population.in_language(edition.language))
    _put(summary, "dataKind", _("Khảo sát ý kiến"))
    collection = _put(study, "method/dataColl")
    _put(
        collection,
        "sampProc",
        _("Người trả lời tự chọn trả lời tại nơi phục vụ, không phải mẫu ngẫu nhiên."),
    )
    _put(collection, "sources/dataSrc", round_.frame_source)
    _put(
        collection,
        "weight",
        _(
            "Tầng là đơn vị × lĩnh vực. Trọng số của mỗi phiếu trong tầng bằng số hồ sơ chia cho số phiếu (N/n)."
        ),
    )


def _file(edition: Edition, book: Element, records: PublicRecords | None) -> None:
    _ = edition.translate
    described = _put(book, "fileDscr", ID="F1")
    text = _put(described, "fileTxt")
    _put(text, "fileName", f"phieu-an-danh-{edition.result.round.code}.sav")
    if records is not None:
        dimensions = _put(text, "dimensns")
        _put(dimensions, "caseQnty", str(len(records.field)))
        _put(dimensions, "varQnty", str(len(variables(edition, records.fields))))
    _put(text, "fileType", "SPSS system file")
    for note in public_notes(edition, records.left_out if records else None):
        _put(described, "notes", note)


def _variable(
    edition: Edition, parent: Element, number: int, variable: Variable, *, is_question: bool
) -> None:
    _ = edition.translate
    found = _put(parent, "var", ID=f"V{number}", name=variable.name, files="F1")
    found.set("intrvl", "contin" if variable.measure == "scale" else "discrete")
    if number == WEIGHT_NUMBER:
        found.set("wgt", "wgt")
    else:
        found.set("wgt-var", f"V{WEIGHT_NUMBER}")
    _put(found, "labl", variable.label)
    if is_question:
        _put(found, "qstn/qstnLit", variable.label)
        _put(
            found,
            "universe",
            edition.result.round.version.definition.population.in_language(edition.language),
        )
    for code, label in variable.values.items():
        is_missing = variable.missing is not None and variable.missing[0] <= code <= variable.missing[1]
        category = _put(found, "catgry", **({"missing": "Y"} if is_missing else {}))
        _put(category, "catValu", str(code))
        _put(category, "labl", label)
    _put(found, "varFormat", type="character" if variable.is_text else "numeric", schema="SPSS")
