"""The shipped questionnaires: they load, and their official sentences are the sources', letter for letter."""

import unicodedata
from pathlib import Path

import pytest

from questionnaires.definition import Definition
from questionnaires.loading import load_definition

LIBRARY = Path(__file__).parents[2] / "questionnaires" / "library"
FILES = sorted(LIBRARY.glob("*.yaml"))

# Câu 9 of the ministry's form, statements 15 to 33.
MINISTRY_STATEMENTS = """\
Cơ quan cung cấp thông tin về việc giải quyết thủ tục hành chính theo nhiều hình thức, dễ tiếp cận, dễ hiểu đối với mọi người dân.
Trụ sở cơ quan tiếp nhận hồ sơ, trả kết quả giải quyết thủ tục hành chính có biển hiệu, hướng dẫn rõ ràng, dễ thấy.
Trụ sở cơ quan tiếp nhận hồ sơ, trả kết quả giải quyết thủ tục hành chính sạch sẽ, văn minh.
Trang thiết bị phục vụ người dân đầy đủ, chất lượng tốt, giúp người dân giải quyết công việc dễ dàng hơn.
Quy định thủ tục hành chính được niêm yết công khai tại trụ sở cơ quan tiếp nhận hồ sơ, trả kết quả giải quyết thủ tục hành chính dễ thấy, dễ hiểu.
Thành phần hồ sơ người dân phải nộp là đúng quy định
Mức phí/lệ phí người dân phải nộp là đúng quy định.
Thời hạn giải quyết thủ tục hành chính cho người dân là đúng quy định.
Công chức có thái độ giao tiếp lịch sự, tôn trọng đối với người dân.
Công chức cung cấp thông tin, trả lời kịp thời, đầy đủ các câu hỏi, ý kiến của người dân.
Công chức hướng dẫn hồ sơ dễ hiểu, đảm bảo người dân có thể hoàn thiện hồ sơ sau một lần hướng dẫn.
Công chức tuân thủ đúng quy định trong giải quyết công việc cho người dân.
Công chức tận tình đối với người dân trong quá trình giải quyết công việc.
Kết quả giải quyết thủ tục hành chính cho người dân được trả đúng hẹn.
Kết quả giải quyết thủ tục hành chính cho người dân có thông tin đầy đủ, chính xác
Kết quả giải quyết thủ tục hành chính cho người dân đảm bảo tính công bằng.
Cơ quan có bố trí hình thức tiếp nhận phản ánh, kiến nghị, giúp người dân phản ánh, kiến nghị dễ dàng
Cơ quan tiếp nhận, xử lý phản ánh, kiến nghị của người dân đúng quy định.
Cơ quan thông báo kết quả xử lý phản ánh kiến nghị cho người dân kịp thời.
""".splitlines()  # noqa: E501 - printed as the source prints them

# “Mẫu số 02” of phường Phú Lương, 2026.
WARD_STATEMENTS = """\
Công chức có thái độ giao tiếp lịch sự.
Công chức trả lời, giải thích, hướng dẫn kê khai hồ sơ tận tình, chu đáo, dễ hiểu.
Công chức tuân thủ đúng quy định trong giải quyết công việc
Kết quả mà Ông/Bà nhận được là đúng quy định (Kết quả có thể là được cấp giấy tờ hoặc bị từ chối cấp giấy tờ)
Kết quả mà Ông/Bà nhận được có thông tin đầy đủ, chính xác.
Cơ quan có bố trí hình thức tiếp nhận góp ý, phản ánh, kiến nghị của người dân, tổ chức
Ông/Bà dễ dàng thực hiện góp ý, phản ánh, kiến nghị.
Cơ quan tiếp nhận và xử lý tích cực các góp ý, phản ánh, kiến nghị của Ông/Bà.
Cơ quan thông báo kịp thời kết quả xử lý các ý kiến góp ý, phản ánh, kiến nghị cho Ông/Bà.
""".splitlines()


COUNTER_FORMS = ["danh-gia-nd61", "phieu-phuong-phu-luong", "phieu-quay-5-yeu-to", "phieu-rut-gon-khmer"]

# Câu 9 of the ministry's form, statements 1 to 14.
POLICY_STATEMENTS = """\
Cơ quan nhà nước cung cấp, giải thích thông tin về các chính sách theo nhiều hình thức, giúp mọi người dân dễ tìm, dễ thấy
Cơ quan nhà nước cung cấp thông tin về các chính sách đầy đủ, dễ hiểu đối với người dân
Cơ quan nhà nước tổ chức xin ý kiến góp ý của người dân đối với các chính sách theo nhiều hình thức, giúp mọi người dân tham gia góp ý kiến dễ dàng
Cơ quan nhà nước tổ chức nhiều hình thức để người dân phản hồi ý kiến về kết quả, tác động của các chính sách, giúp người dân tham gia phản hồi ý kiến dễ dàng
Chính sách về phát triển kinh tế - xã hội ở địa phương phù hợp. (Gồm các quy định về thu hút đầu tư, kinh doanh, việc làm, tín dụng…)
Chính sách về khám chữa bệnh phù hợp. (Gồm các quy định về bệnh viện, phòng khám, trạm y tế; việc khám, chữa bệnh; bảo hiểm y tế; về viện phí… ở các bệnh viện công, phòng khám công, trạm y tế)
Chính sách về giáo dục phổ thông phù hợp. (Gồm các quy định về chương trình giảng dạy, sách giáo khoa, trường học, lớp học, đánh giá học sinh, thủ tục nhập học … ở các trường phổ thông công lập)
Chính sách trật tự, an toàn xã hội phù hợp. (Gồm các quy định về quản lý dân cư, giữ gìn trật tự nơi công cộng, quản lý an ninh mạng; phòng chống tội phạm…)
Chính sách về giao thông đường bộ phù hợp. (Gồm các quy định về xây dựng, phát triển đường bộ; giao thông đường bộ; bảo đảm trật tự, an toàn giao thông đường bộ …)
Chính sách về điện sinh hoạt phù hợp. (Gồm các quy định về cung cấp, quản lý, phát triển điện sinh hoạt; giá tiền, chất lượng điện sinh hoạt …)
Chính sách về nước sinh hoạt phù hợp. (Gồm các quy định về cung cấp, quản lý, phát triển nước sinh hoạt; giá tiền, chất lượng nước sinh hoạt …)
Chính sách về an sinh xã hội phù hợp. (Gồm các quy định về bảo hiểm xã hội, bảo hiểm thất nghiệp; hỗ trợ thường xuyên đối với người có công, người nghèo, người tàn tật… và hỗ trợ đột xuất cho người dân khi gặp mất mùa, thiên tai …)
Chính sách của địa phương đã góp phần giúp cho kinh tế gia đình của người dân địa phương ngày càng tốt hơn trong thời gian qua.
Chính sách của địa phương đã góp phần giúp cho chất lượng cuộc sống của người dân địa phương ngày càng tốt hơn trong thời gian qua.
""".splitlines()  # noqa: E501 - printed as the source prints them


def shipped(stem: str) -> Definition:
    path = LIBRARY / f"{stem}.yaml"
    return load_definition(path.read_text(encoding="utf-8"), name=path.name)


def sentences(definition: Definition) -> list[str]:
    return [item.text.vi for item in definition.items]


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def definition(request: pytest.FixtureRequest) -> Definition:
    return shipped(request.param.stem)


def test_every_form_that_the_platform_names_is_shipped_under_a_code_of_its_own() -> None:
    assert {path.stem: shipped(path.stem).code for path in FILES} == {
        "danh-gia-nd61": "danh_gia_nd61",
        "phieu-benh-ngoai-tru": "nguoi_benh_ngoai_tru",
        "phieu-benh-noi-tru": "nguoi_benh_noi_tru",
        "phieu-dai-bieu-lanh-dao": "dai_bieu_lanh_dao",
        "phieu-ho-gia-dinh-bnv": "ho_gia_dinh_bnv",
        "phieu-phuong-phu-luong": "phuong_phu_luong",
        "phieu-quay-5-yeu-to": "quay_5_yeu_to",
        "phieu-rut-gon-khmer": "rut_gon_khmer",
    }


def test_the_household_form_has_thirty_three_statements_letter_for_letter() -> None:
    assert sentences(shipped("phieu-ho-gia-dinh-bnv")) == [*POLICY_STATEMENTS, *MINISTRY_STATEMENTS]


def test_the_household_form_has_two_parts_of_fourteen_and_nineteen_statements() -> None:
    household = shipped("phieu-ho-gia-dinh-bnv")
    items = {section.code: len(section.items) for section in household.sections}
    assert list(items.values()) == [2, 2, 8, 2, 4, 4, 5, 3, 3]
    parts = household.scoring.parts or ()
    assert {part.code: sum(items[code] for code in part.sections) for part in parts} == {
        "policy": 14,
        "service": 19,
    }
    assert [part.weight for part in parts] == [60, 40]


def test_the_household_form_asks_questions_one_to_eight_and_ten_and_leaves_out_what_was_not_found() -> None:
    household = shipped("phieu-ho-gia-dinh-bnv")
    asked = [question.code for question in household.questions]
    assert [sum(code.startswith(f"q{number}_") for code in asked) for number in (1, 8, 10)] == [8, 7, 9]
    assert {"q2", "q3", "q4", "q5", "q6", "q7"} <= set(asked)
    assert "q10_8" not in asked
    assert "nội dung thứ 8 của Câu 10" in household.source_note
    assert not any("dân tộc" in question.text.vi.lower() for question in household.questions)


def test_the_health_forms_have_their_items_in_five_sections_and_their_three_rates() -> None:
    for stem, counts in (("noi", [5, 7, 11, 7, 6]), ("ngoai", [5, 10, 8, 4, 4])):
        form = shipped(f"phieu-benh-{stem}-tru")
        assert [len(section.items) for section in form.sections] == counts
        assert (form.scoring.index, form.scoring.also) == ("pooled", ("mean_score", "all_satisfied"))


def test_the_health_forms_carry_the_wording_of_their_source() -> None:
    inpatient, outpatient = shipped("phieu-benh-noi-tru"), shipped("phieu-benh-ngoai-tru")
    assert inpatient.items[-1].text.vi == "Đánh giá mức độ tin tưởng về chất lượng dịch vụ y tế."
    assert {item.code: item.text.vi for item in inpatient.items}["d7"] == (
        "Không bị nhân viên y tế gợi ý bồi dưỡng."
    )
    assert outpatient.items[0].text.vi == (
        "Các biển báo, chỉ dẫn đường đến bệnh viện rõ ràng, dễ nhìn, dễ tìm."
    )
    assert outpatient.items[-1].text.vi == "Đánh giá mức độ hài lòng về giá cả dịch vụ y tế."


def test_no_form_copied_from_a_third_party_is_called_official() -> None:
    for path in FILES:
        note = shipped(path.stem).source_note
        assert "chưa đối chiếu" in note or "của chúng tôi" in note or "không phải phiếu của Bộ" in note, path
        assert not shipped(path.stem).title.vi.endswith("chính thức")


def test_the_survey_of_deputies_says_that_its_wording_is_ours() -> None:
    deputies = shipped("phieu-dai-bieu-lanh-dao")
    assert len(deputies.sections) == 6
    assert "là của chúng tôi" in deputies.source_note
    assert "không được gộp hay so với chỉ số hài lòng" in deputies.source_note


def test_the_counter_form_has_nineteen_statements_of_the_ministry_letter_for_letter() -> None:
    assert sentences(shipped("phieu-quay-5-yeu-to")) == MINISTRY_STATEMENTS


def test_the_counter_form_has_five_factors_with_the_agreed_codes() -> None:
    sections = shipped("phieu-quay-5-yeu-to").sections
    assert {section.code: [item.code for item in section.items] for section in sections} == {
        "access": ["a1", "a2", "a3", "a4"],
        "procedures": ["b1", "b2", "b3", "b4"],
        "staff": ["c1", "c2", "c3", "c4", "c5"],
        "results": ["d1", "d2", "d3"],
        "feedback": ["e1", "e2", "e3"],
    }


def test_the_counter_form_lets_people_pass_over_what_they_did_not_experience() -> None:
    counter_form = shipped("phieu-quay-5-yeu-to")
    assert all(item.required and item.allow_not_applicable for item in counter_form.items)
    assert "không phải phiếu của Bộ Nội vụ" in counter_form.source_note


def test_the_ward_form_has_nine_statements_letter_for_letter() -> None:
    ward_form = shipped("phieu-phuong-phu-luong")
    assert sentences(ward_form) == WARD_STATEMENTS
    assert [len(section.items) for section in ward_form.sections] == [3, 2, 4]


def test_the_ward_form_prints_its_scale_downwards_and_the_counter_form_upwards() -> None:
    ward_form, counter_form = shipped("phieu-phuong-phu-luong"), shipped("phieu-quay-5-yeu-to")
    [down] = ward_form.scales.values()
    [up] = counter_form.scales.values()
    assert [option.code for option in down.options] == [5, 4, 3, 2, 1]
    assert [option.code for option in up.options] == [1, 2, 3, 4, 5]
    assert {option.code: option.text for option in down.options} == {
        option.code: option.text for option in up.options
    }


def test_the_ward_form_offers_the_six_levels_of_education_it_prints() -> None:
    [education] = [
        question for question in shipped("phieu-phuong-phu-luong").questions if question.code == "education"
    ]
    assert [option.text.vi for option in education.options] == [
        "Tiểu học",
        "Trung học cơ sở (Cấp II)",
        "Trung học phổ thông (Cấp 3)",
        "Đại học",
        "Dạy nghề, Trung cấp, Cao đẳng",
        "Sau Đại học",
    ]


def test_the_evaluation_has_nine_criteria_scored_two_one_nought() -> None:
    evaluation = shipped("danh-gia-nd61")
    assert len(evaluation.items) == 9
    assert all(
        [option.code for option in evaluation.scale_of(item).options] == [2, 1, 0]
        for item in evaluation.items
    )
    assert evaluation.scoring.max_points * len(evaluation.items) == 18


def test_the_evaluation_says_which_wordings_its_sources_do_not_give() -> None:
    note = shipped("danh-gia-nd61").source_note
    assert "chưa tìm được lời gốc" in note
    assert "chưa đối chiếu với văn bản gốc" in note


def test_the_short_form_takes_one_statement_of_each_factor_letter_for_letter() -> None:
    long_form, short_form = shipped("phieu-quay-5-yeu-to"), shipped("phieu-rut-gon-khmer")
    factor_of = {item.text.vi: section.code for section in long_form.sections for item in section.items}
    assert [factor_of[item.text.vi] for item in short_form.items] == [s.code for s in long_form.sections]


def test_the_khmer_translation_says_that_it_is_an_unchecked_draft_and_has_gaps() -> None:
    short_form = shipped("phieu-rut-gon-khmer")
    assert "phải có người bản ngữ đọc lại" in short_form.source_note
    [scale] = short_form.scales.values()
    assert {option.text.language_read("km") for option in scale.options} == {"km"}
    assert {item.text.language_read("km") for item in short_form.items} == {"vi"}
    assert [item.text.in_language("km") for item in short_form.items] == sentences(short_form)


IDENTIFYING = ("họ tên", "họ và tên", "điện thoại", "email", "căn cước", "dân tộc", "địa chỉ", "ngày sinh")


def test_nobody_is_asked_for_what_identifies_them_or_forced_to_tell_about_themselves(
    definition: Definition,
) -> None:
    for question in definition.questions:
        assert not any(word in question.text.vi.lower() for word in IDENTIFYING)
        assert question.required == (question.kind == "field")


@pytest.mark.parametrize("stem", COUNTER_FORMS)
def test_a_counter_form_asks_for_the_field_first(stem: str) -> None:
    [first] = (q for q in shipped(stem).questions if q.place == "before")
    assert (first.code, first.kind, first.required) == ("field", "field", True)


def test_no_scoring_rule_is_called_official(definition: Definition) -> None:
    provenance = definition.scoring.provenance
    assert provenance.vi.startswith("theo cấu hình của đơn vị")
    assert "chính thức" not in provenance.vi
    assert "official" not in (provenance.en or "")


def test_every_phrase_is_offered_in_english_too(definition: Definition) -> None:
    assert definition.languages[:2] == ("vi", "en")
    assert missing_english(definition.model_dump()) == []


def missing_english(data: object) -> list[object]:
    if isinstance(data, dict):
        if "vi" in data:
            return [] if data["en"] else [data["vi"]]
        return [found for part in data.values() for found in missing_english(part)]
    if isinstance(data, list | tuple):
        return [found for part in data for found in missing_english(part)]
    return []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_files_are_written_in_composed_letters(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
