"""A whole report of a province, made up but complete: what the writers and the eyes are tried on."""

from datetime import date

from reports.charts import (
    change_dots,
    gauge,
    likert_bars,
    target_bars,
    unit_figures,
)
from reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Figure,
    Heading,
    Headline,
    Letterhead,
    Note,
    Number,
    PageBreak,
    Paragraph,
    Signature,
    Table,
    VerdictRow,
    Verdicts,
)
from reports.formats import count, interval, percent, place_and_date
from tests.reports.sample_numbers import (
    LEVELS,
    OUTCOMES,
    TARGET,
    TARGET_LABEL,
    Unit,
    changes,
    factors,
    items,
    units,
)


def sample_document(
    unit_count: int = 100, banner: str = "DỮ LIỆU MÔ PHỎNG – KHÔNG PHẢI KẾT QUẢ THẬT"
) -> Document:
    """About a dozen pages that use every kind of block, with an annex table of ``unit_count`` rows."""
    return Document(
        title="Báo cáo kết quả đo lường sự hài lòng quý IV năm 2025 – tỉnh Nghệ An",
        language="vi",
        dated=date(2026, 1, 5),
        letterhead=Letterhead(
            superior="ỦY BAN NHÂN DÂN TỈNH NGHỆ AN",
            agency="SỞ NỘI VỤ",
            number="Số: 05/BC-SNV",
            place_and_date=place_and_date("Nghệ An", date(2026, 1, 5)),
            kind="BÁO CÁO",
            subject="Kết quả đo lường sự hài lòng của người dân, tổ chức đối với sự phục vụ "
            "của cơ quan hành chính nhà nước quý IV năm 2025",
        ),
        banner=banner,
        footer="Đợt khảo sát quý IV/2025 · Phiếu xã, phường phiên bản 3 · niêm phong 7c1e 90ab 44d2 f318",
        blocks=(*first_page(), PageBreak(), *body(units(unit_count)), *closing(), *annex(units(unit_count))),
    )


def first_page() -> tuple[Block, ...]:
    """The leaders' page: the index, the verdicts, and what to do."""
    title = "Thang đo chỉ số hài lòng: 83,94 %, khoảng tin cậy từ 82,87 % đến 85,01 %, chỉ tiêu trên 86 %."
    return (
        Headline(
            label="Chỉ số hài lòng chung toàn tỉnh, quý IV năm 2025",
            value=Number(0.8394, percent(0.8394, "vi")),
            interval=f"Khoảng tin cậy 95%: {interval(0.8287, 0.8501, 'vi')}",
            caption="Tăng 1,28 điểm % so với quý III (có ý nghĩa thống kê). "
            "17.482 phiếu hợp lệ của 100 đơn vị, gia trọng theo 512.306 hồ sơ đã giải quyết.",
            gauge_svg=gauge(0.8394, 0.8287, 0.8501, TARGET, TARGET_LABEL, title=title),
            alt=title,
        ),
        Verdicts(
            caption="Kết luận theo chỉ tiêu của Kế hoạch cải cách hành chính năm 2025", rows=verdict_rows()
        ),
        Heading(2, "Ba việc nên làm trước", "viec-nen-lam"),
        Bullets(
            (
                "Rút ngắn thời gian chờ ở lĩnh vực đất đai: 22 trong 31 đơn vị dưới chỉ tiêu đều thấp nhất ở tiêu chí này.",
                "Công khai kết quả xử lý phản ánh, kiến nghị: tiêu chí thấp nhất toàn tỉnh (78,31 %).",
                "Bổ sung phiếu ở 14 đơn vị chưa đủ căn cứ kết luận, mỗi đơn vị khoảng 180 phiếu.",
            )
        ),
    )


def verdict_rows() -> tuple[VerdictRow, ...]:
    """The plan's four satisfaction targets, one of each outcome at least."""
    return (
        VerdictRow(
            "Mức độ hài lòng của người dân, doanh nghiệp về giải quyết TTHC đạt từ 90% trở lên.",
            "Mọi thủ tục, 100 đơn vị",
            percent(0.9187, "vi"),
            interval(0.9096, 0.9271, "vi"),
            "met",
            "Đạt",
            "Theo giá trị điểm: đạt",
        ),
        VerdictRow(
            "Mức độ hài lòng về giải quyết các TTHC lĩnh vực đất đai, xây dựng, đầu tư đạt trên 85%.",
            "Gộp ba lĩnh vực (kế hoạch không nói rõ gộp hay riêng)",
            percent(0.8561, "vi"),
            interval(0.8402, 0.8711, "vi"),
            "not_enough",
            "Chưa đủ căn cứ",
            "Theo giá trị điểm: đạt; cần thêm khoảng 3.900 phiếu",
        ),
        VerdictRow(
            "Mức độ hài lòng của cá nhân, tổ chức đối với sự phục vụ của cơ quan hành chính nhà nước đạt trên 86%.",
            "Toàn tỉnh",
            percent(0.8394, "vi"),
            interval(0.8287, 0.8501, "vi"),
            "not_met",
            "Không đạt",
            "Theo giá trị điểm: không đạt",
        ),
        VerdictRow(
            "Mức độ hài lòng của người dân về cung cấp dịch vụ y tế, giáo dục công lập đạt trên 85%.",
            "Đợt này không khảo sát hai lĩnh vực này",
            "–",
            "",
            "neutral",
            "Không đo",
            "",
        ),
    )


def body(sampled: tuple[Unit, ...]) -> tuple[Block, ...]:
    """The running report: parts I to IV."""
    return (*coverage(), *results(), *ranking(sampled), *method())


def coverage() -> tuple[Block, ...]:
    """Part I: legal bases and who answered."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(i), name, *(Number(n, count(n)) for n in numbers), Number(share, percent(share, "vi")))
        for i, (name, numbers, share) in enumerate(
            (
                ("Đất đai, môi trường", (148_210, 4_912, 4_731), 0.0319),
                ("Hộ tịch, chứng thực", (201_774, 6_840, 6_702), 0.0332),
                ("Xây dựng, đô thị", (38_902, 1_577, 1_508), 0.0388),
                ("Lao động, người có công, xã hội", (71_420, 2_630, 2_561), 0.0359),
                ("Đăng ký kinh doanh, đầu tư", (52_000, 2_047, 1_980), 0.0381),
            ),
            start=1,
        )
    )
    total = ("", "Cộng", *(Number(n, count(n)) for n in (512_306, 18_006, 17_482)), Number(0.0341, "3,41 %"))
    return (
        Heading(1, "I. Tình hình triển khai", "trien-khai"),
        Paragraph(
            "Căn cứ Kế hoạch cải cách hành chính nhà nước năm 2025 của Ủy ban nhân dân tỉnh Nghệ An;", "legal"
        ),
        Paragraph("Theo đề nghị của Trưởng phòng Cải cách hành chính.", "legal"),
        Paragraph(
            "Đợt khảo sát lấy ý kiến của người dân, tổ chức đã nhận kết quả giải quyết thủ tục hành chính từ ngày "
            "01/10/2025 đến ngày 31/12/2025 tại 100 đơn vị. Người trả lời quét mã QR tại quầy hoặc dùng mã một lần "
            "in trên giấy hẹn; phiếu không ghi danh tính.",
            "lead",
        ),
        Heading(2, "1. Phiếu thu được", "phieu-thu-duoc"),
        Paragraph(
            "Có 18.006 phiếu được gửi, trong đó 17.482 phiếu hợp lệ. Phiếu được gia trọng theo số hồ sơ đã giải "
            "quyết của từng đơn vị và lĩnh vực, nên đơn vị có ít phiếu nhưng nhiều hồ sơ không bị xem nhẹ."
        ),
        Table(
            "Hồ sơ, phiếu gửi và phiếu hợp lệ theo lĩnh vực",
            (
                Column("TT", "center", 0.4),
                Column("Lĩnh vực", "left", 2.6),
                Column("Hồ sơ", "right"),
                Column("Phiếu gửi", "right"),
                Column("Phiếu hợp lệ", "right", 1.1),
                Column("Tỷ lệ phủ", "right"),
            ),
            (*rows, total),
            strong=(5,),
            note="Nguồn hồ sơ: Hệ thống thông tin giải quyết thủ tục hành chính tỉnh, chốt ngày 02/01/2026.",
        ),
        Note(
            "Phiếu QR do người dân tự nguyện trả lời. Gia trọng sửa được chênh lệch giữa đơn vị và lĩnh vực, "
            "không sửa được việc người hài lòng hoặc bức xúc dễ trả lời hơn."
        ),
        Heading(2, "2. Phiếu có dấu hiệu bất thường", "bat-thuong"),
        Paragraph(
            "Hệ thống đánh dấu 231 phiếu (1,32 %) trả lời quá nhanh hoặc trùng mẫu liên tiếp tại một quầy. Bỏ các "
            "phiếu này, chỉ số chung là 83,71 %, thấp hơn 0,23 điểm %; kết luận của cả bốn chỉ tiêu không đổi."
        ),
    )


def results() -> tuple[Block, ...]:
    """Part II: factors, items and what moved."""
    return (
        Heading(1, "II. Kết quả theo yếu tố và tiêu chí", "yeu-to"),
        Heading(2, "1. Năm yếu tố", "nam-yeu-to"),
        Paragraph(
            "Bốn trong năm yếu tố có khoảng tin cậy nằm dưới hoặc vắt qua mức 86 %. Tiếp nhận, giải quyết góp ý, "
            "phản ánh, kiến nghị là yếu tố thấp nhất, như trong kết quả quốc gia nhiều năm."
        ),
        Figure(
            "Tỷ lệ hài lòng theo yếu tố",
            target_bars(factors(), TARGET, TARGET_LABEL, title="Năm yếu tố"),
            ALT,
        ),
        Heading(2, "2. Chín tiêu chí", "chin-tieu-chi"),
        Paragraph("Mỗi tiêu chí được trả lời theo năm mức. Cột phải là tỷ lệ Hài lòng và Rất hài lòng."),
        Figure(
            "Phân bố câu trả lời theo tiêu chí",
            likert_bars(items(), LEVELS, title="Chín tiêu chí, năm mức", column="Mức 4 và 5"),
            "Thanh phân kỳ của chín tiêu chí; tiêu chí 8 có tỷ lệ hài lòng thấp nhất, 78,31 %.",
        ),
        Heading(2, "3. So với quý trước", "so-voi-quy-truoc"),
        Paragraph(
            "Chỉ so sánh các tiêu chí không đổi giữa hai phiên bản phiếu. Yếu tố Kết quả dịch vụ đổi cách hỏi nên "
            "không so sánh."
        ),
        Figure(
            "Thay đổi so với quý III năm 2025",
            change_dots(
                changes(),
                ("Quý III/2025", "Quý IV/2025"),
                title="Quý III và quý IV",
                column="Thay đổi",
                tones={"met": "tăng", "not_met": "giảm", "not_enough": "chưa đủ căn cứ"},
            ),
            "Tiếp cận dịch vụ tăng 2,10 điểm %; Công chức giảm 1,40 điểm %; hai yếu tố khác chưa đủ căn cứ.",
        ),
    )


ALT = (
    "Biểu đồ thanh: Công chức 88,02 %, Tiếp cận 84,27 %, Thủ tục 83,90 %, Kết quả 83,03 %, Phản ánh 79,15 %."
)


def ranking(sampled: tuple[Unit, ...]) -> tuple[Block, ...]:
    """Part III: the units."""
    figures = unit_figures(
        [unit.index for unit in sampled],
        TARGET,
        TARGET_LABEL,
        title="Chỉ số hài lòng theo đơn vị",
        legend=OUTCOMES,
    )
    return (
        PageBreak(),
        Heading(1, "III. Kết quả theo đơn vị", "don-vi"),
        Paragraph(
            "Các đơn vị có khoảng tin cậy chồng lên nhau không phân biệt được thứ hạng. Đọc hình theo khoảng, "
            "không chỉ theo điểm."
        ),
        *(
            Figure(
                f"Chỉ số hài lòng theo đơn vị, từ thứ {part.first} đến thứ {part.last}",
                part.svg,
                f"Biểu đồ điểm của đơn vị thứ {part.first} đến {part.last}; số liệu ở phụ lục.",
            )
            for part in figures
        ),
    )


def method() -> tuple[Block, ...]:
    """Part IV: how the numbers were made."""
    return (
        Heading(1, "IV. Phương pháp và giới hạn", "phuong-phap"),
        Heading(2, "1. Cách tính", "cach-tinh"),
        Paragraph(
            "Chỉ số là trung bình tỷ lệ hài lòng (mức 4 và 5) của chín tiêu chí, theo cấu hình của đơn vị. Phương "
            "sai tính bằng tuyến tính hóa Taylor, tầng là đơn vị × lĩnh vực, có hiệu chỉnh tổng thể hữu hạn. "
            "Khoảng tin cậy 95 % dùng phân vị t."
        ),
        Heading(2, "2. Giới hạn", "gioi-han"),
        Bullets(
            (
                "Tỷ lệ phủ 3,41 % hồ sơ; bốn đơn vị có dưới 100 phiếu.",
                "Ô có dưới 5 người trả lời được ẩn trong mọi bảng, kèm ô bổ sung.",
                "Kết quả quý này không so sánh được với các huyện trước ngày 01/7/2025.",
            )
        ),
        Note(
            "Kế hoạch không nói rõ chỉ tiêu đất đai, xây dựng, đầu tư tính gộp hay riêng; báo cáo in cả hai cách."
        ),
    )


def closing() -> tuple[Block, ...]:
    """The last sentence and the signature."""
    return (
        Paragraph("Trên đây là báo cáo kết quả đo lường sự hài lòng quý IV năm 2025./."),
        Signature(
            recipients=(
                "UBND tỉnh (để báo cáo);",
                "Bộ Nội vụ;",
                "Các sở, ban, ngành cấp tỉnh;",
                "UBND các xã, phường;",
                "Lưu: VT, CCHC.",
            ),
            authority="KT. GIÁM ĐỐC",
            title="PHÓ GIÁM ĐỐC",
            name="Nguyễn Thị Thùy Dương",
        ),
    )


def annex(sampled: tuple[Unit, ...]) -> tuple[Block, ...]:
    """The annex: one row per unit."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            str(i),
            unit.name,
            Number(unit.dossiers, count(unit.dossiers)),
            Number(unit.answers, count(unit.answers)),
            Number(unit.index.value, unit.index.text),
            interval(unit.index.low, unit.index.high, "vi"),
            Number(unit.on_time, percent(unit.on_time, "vi")),
            OUTCOMES[unit.index.tone],
        )
        for i, unit in enumerate(sampled, start=1)
    )
    total: tuple[Cell, ...] = (
        "",
        "Toàn tỉnh",
        Number(512_306, count(512_306)),
        Number(17_482, count(17_482)),
        Number(0.8394, "83,94 %"),
        interval(0.8287, 0.8501, "vi"),
        Number(0.9612, "96,12 %"),
        "Không đạt",
    )
    return (
        PageBreak(),
        Heading(1, "Phụ lục. Kết quả theo đơn vị", "phu-luc"),
        Table(
            "Hồ sơ, phiếu, chỉ số hài lòng và kết luận theo đơn vị (chỉ tiêu trên 86 %)",
            (
                Column("TT", "center", 0.45),
                Column("Đơn vị", "left", 2.6),
                Column("Hồ sơ", "right", 0.9),
                Column("Phiếu", "right", 0.75),
                Column("Chỉ số", "right", 1.0),
                Column("Khoảng tin cậy 95 %", "right", 1.45),
                Column("Đúng hạn", "right", 1.0),
                Column("Kết luận", "left", 1.25),
            ),
            (*rows, total),
            strong=(len(rows),),
        ),
    )
