from collections import Counter
from unicodedata import is_normalized

import pytest

from survey.demo.names import COMMUNES, WARDS
from survey.demo.province import Province, build_province


@pytest.fixture(scope="module", name="province")
def _province() -> Province:
    return build_province()


def test_the_province_has_twelve_departments_and_a_hundred_communes_and_wards(province: Province) -> None:
    kinds = Counter(unit.kind for unit in province.units)
    assert kinds == {"sở": 11, "ban": 1, "xã": 84, "phường": 16}
    assert (len(province.departments), len(province.communes)) == (12, 100)


def test_there_are_eight_fields_and_each_is_served_somewhere(province: Province) -> None:
    assert len(province.fields) == 8
    assert {field for _, field in province.strata} == {field.code for field in province.fields}


def test_codes_and_names_are_unique(province: Province) -> None:
    assert len({unit.code for unit in province.units}) == len(province.units)
    assert len({unit.name for unit in province.units}) == len(province.units)
    assert len({field.code for field in province.fields}) == len(province.fields)
    assert len({*COMMUNES, *WARDS}) == len(COMMUNES) + len(WARDS)
    assert len({(desk.unit_code, desk.name_vi) for desk in province.counters}) == len(province.counters)
    assert len(set(province.strata)) == len(province.strata)


def test_every_text_is_in_normal_form_and_without_stray_space(province: Province) -> None:
    texts = [province.name, province.people_committee, province.survey_agency, province.place]
    texts += [unit.name for unit in province.units]
    texts += [text for field in province.fields for text in (field.name_vi, field.name_en)]
    texts += [text for desk in province.counters for text in (desk.name_vi, desk.place)]
    assert all(is_normalized("NFC", text) for text in texts)
    assert all(text == " ".join(text.split()) for text in texts)


def test_departments_have_one_or_two_counters_and_communes_two_or_three(province: Province) -> None:
    counters = Counter(desk.unit_code for desk in province.counters)
    assert {counters[unit.code] for unit in province.departments} == {1, 2}
    assert {counters[unit.code] for unit in province.communes} == {2, 3}
    assert 270 <= len(province.counters) <= 290


def test_some_counters_serve_one_field_and_most_serve_several(province: Province) -> None:
    single = [desk for desk in province.counters if desk.field_code is not None]
    assert 0 < len(single) < len(province.counters) / 2
    assert all(desk.field_codes for desk in province.counters)


def test_departments_serve_few_fields_and_communes_about_six(province: Province) -> None:
    fields = Counter(unit for unit, _ in province.strata)
    assert max(fields[unit.code] for unit in province.departments) <= 3
    served = [fields[unit.code] for unit in province.communes]
    assert 5.5 <= sum(served) / len(served) <= 6.5
    assert min(served) >= 5


def test_a_counter_says_whose_it_is_and_what_it_is_for(province: Province) -> None:
    first = next(desk for desk in province.counters if desk.unit_code == "X02")
    assert first.name_vi == "Quầy số 1 – Đất đai, Xây dựng"
    assert first.place == "Trung tâm Phục vụ hành chính công xã Suối Trà"
    assert first.field_code is None
