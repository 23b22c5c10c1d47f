"""Signs of a wording that is hard to answer or to read, and how long a questionnaire takes.

They warn and never refuse: each is a rule of thumb with its threshold written here. A unit of length is the syllable
between two spaces (tiếng), as Vietnamese is written.

Sources. One judgement a question and short sentences are the common advice of questionnaire design. Length of
sentences is what simple measures of reading difficulty of Vietnamese rest on (An-Vinh Luong, Diep Nguyen, Dien Dinh:
Examining the part-of-speech features in assessing the readability of Vietnamese texts, Acta Linguistica Asiatica
10(2), 2020, reviews them); abbreviations shut out readers who do not work in an office. The thresholds are by
configuration, not taken from there. A question takes some ten seconds in online panels (Pew Research Center, How we
keep our online surveys from running too long, 2022: a budget of 85 ordinary questions in 15 minutes, items of a
battery less); the shares of reading and choosing in it are by configuration until measured here.
"""

import re
from collections.abc import Iterator

from questionnaires.definition import Definition, Item, Question

LONGEST_WORDING = 25
LONGEST_SENTENCE = 20
LONGEST_SECONDS = 180

SYLLABLES_A_SECOND = 4.0
SECONDS_TO_CHOOSE = 3.0
SECONDS_TO_TICK = 1.5
SECONDS_TO_TYPE_NUMBER = 6.0
SECONDS_TO_WRITE = 30.0
SECONDS_TO_SKIP = 2.0

JUDGEMENTS = (
    "chính xác", "chu đáo", "công bằng", "công khai", "dễ dàng", "dễ hiểu", "dễ thấy", "dễ tiếp cận", "đầy đủ",
    "đơn giản", "đúng hẹn", "đúng quy định", "đúng mực", "gọn gàng", "hài lòng", "hiện đại", "hợp lý", "hiệu quả",
    "kịp thời", "lịch sự", "minh bạch", "nhanh", "nhanh chóng", "nhiệt tình", "phù hợp", "rõ ràng", "sạch sẽ",
    "tận tình", "thành thạo", "thân thiện", "thoáng mát", "thuận lợi", "thuận tiện", "tích cực", "tiện nghi",
    "tôn trọng", "trách nhiệm", "xứng đáng", "ngắn gọn", "văn minh", "an toàn", "tiện lợi", "chuyên nghiệp",
)  # fmt: skip
"""Words that pass judgement on a service, as forms for citizens use them."""

_JUDGEMENT = re.compile(
    rf"(?<!\w)({'|'.join(sorted(JUDGEMENTS, key=len, reverse=True))})(?!\w)", re.IGNORECASE
)
_JOINT = re.compile(r",|;|/(?=\s)|(?<!\w)(?:và|hoặc|cũng như|vừa)(?!\w)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?…:;])\s+|\n")
_ABBREVIATION = re.compile(r"(?<!\w)[A-ZĐ]{3,}(?!\w)")
_SHOUTED = 4


def syllables(text: str) -> int:
    """The syllables of a Vietnamese text: what stands between spaces and holds a letter or a digit."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def is_long(text: str) -> bool:
    """Whether a question has more syllables than people take in at once."""
    return syllables(text) > LONGEST_WORDING


def judgements(text: str) -> list[str]:
    """The judgements that a question joins by "và", "hoặc" or a comma; fewer than two ask one thing."""
    found = [match[0].lower() for piece in _JOINT.split(text) if (match := _JUDGEMENT.search(piece))]
    return list(dict.fromkeys(found))


def longest_sentence(text: str) -> int:
    """The syllables of the longest sentence."""
    return max(syllables(sentence) for sentence in _SENTENCE.split(text) or [""])


def abbreviations(text: str) -> list[str]:
    """Words in capitals that only those who know them can read; a heading in capitals has none."""
    if len([word for word in text.split() if word.isupper()]) >= _SHOUTED:
        return []
    return list(dict.fromkeys(_ABBREVIATION.findall(text)))


def seconds(definition: Definition) -> float:
    """The time that an average citizen needs for all questions, conditions left aside."""
    total = syllables(definition.introduction.vi) / SYLLABLES_A_SECOND
    scales_read: set[str] = set()
    for section in definition.sections:
        total += syllables(section.title.vi) / SYLLABLES_A_SECOND
    for part, _conditions in definition.asked():
        total += syllables(part.text.vi) / SYLLABLES_A_SECOND
        known = isinstance(part, Item) and part.scale in scales_read
        if not known:
            total += sum(syllables(o.text.vi) for o in definition.options_of(part)) / SYLLABLES_A_SECOND
        if isinstance(part, Item):
            scales_read.add(part.scale)
        total += _seconds_to_answer(part)
    return total


def _seconds_to_answer(part: Item | Question) -> float:
    if isinstance(part, Item) or part.kind in {"single", "field"}:
        return SECONDS_TO_CHOOSE
    if part.kind == "multiple":
        return SECONDS_TO_CHOOSE + SECONDS_TO_TICK * len(part.options) / 2
    if part.kind == "number":
        return SECONDS_TO_TYPE_NUMBER
    return SECONDS_TO_WRITE if part.required else SECONDS_TO_SKIP


def remarks(text: str) -> Iterator[str]:
    """What may make a question hard, one Vietnamese sentence each."""
    if is_long(text):
        yield f"Câu dài {syllables(text)} tiếng; nên rút xuống dưới {LONGEST_WORDING} tiếng."
    joined = judgements(text)
    if len(joined) > 1:
        words = "”, “".join(joined)
        yield f"Câu hỏi gộp nhiều ý (“{words}”): người trả lời chỉ chọn được một mức; nên tách thành các câu riêng."
    yield from hard_reading(text)


def hard_reading(text: str) -> Iterator[str]:
    """What may make a text hard to read, one Vietnamese sentence each."""
    length = longest_sentence(text)
    if length > LONGEST_SENTENCE and not is_long(text):
        yield f"Khó đọc: có câu dài {length} tiếng; nên ngắt thành câu ngắn hơn {LONGEST_SENTENCE} tiếng."
    if short := abbreviations(text):
        yield f"Khó đọc: chữ viết tắt {', '.join(short)}; nên viết đầy đủ."
