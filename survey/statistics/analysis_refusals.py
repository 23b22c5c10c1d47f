"""Questions about ranks, drivers, plans and small areas that have no honest answer, each with its own name.

Each refusal says in Vietnamese and English what was found and what can be done, and carries its codes and
numbers as data.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from survey.statistics.refusals import Refusal

SHOWN = 5
RULES: Mapping[str, str] = {
    "0 or more": "từ 0 trở lên",
    "1 or more": "từ 1 trở lên",
    "above 0": "lớn hơn 0",
    "0 to 1": "từ 0 đến 1",
    "0.5 to below 1": "từ 0,5 đến dưới 1",
    "enough for the smallest allowed sample": "đủ cho cỡ mẫu nhỏ nhất được phép",
}


class AnalysisRefusal(Refusal):
    """An analysis declines to give a number.

    Attributes:
        facts: the data of the refusal by name, ready for the sentence.
    """

    sentences: ClassVar[Mapping[str, str]]

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        Exception.__init__(self, self.sentence("en"))

    def sentence(self, language: str) -> str:
        """Say what was found, the rule, and what can be done.

        Args:
            language: "vi" or "en".

        Returns:
            One sentence with the data filled in.
        """
        return self.sentences[language].format(**self.facts)


def _listed(codes: tuple[int, ...]) -> str:
    """Show the first few codes, and how many there are beyond them."""
    shown = ", ".join(str(code) for code in codes[:SHOWN])
    return shown if len(codes) <= SHOWN else f"{shown} (+{len(codes) - SHOWN})"


class ImpossibleSampleSize(AnalysisRefusal):
    """A number of answers below the floors or above the dossiers.

    Attributes:
        wanted: the total asked for.
        least: sum of the floors.
        most: sum of the dossiers.
    """

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "Không phân bổ được {wanted} phiếu: chỉ có thể từ {least:g} đến {most:g} phiếu.",
        "en": "{wanted} answers cannot be placed: at least {least:g}, at most {most:g} are possible.",
    }

    def __init__(self, wanted: int, least: float, most: float) -> None:
        self.wanted, self.least, self.most = wanted, least, most
        super().__init__(wanted=wanted, least=least, most=most)


class ImpossiblePlan(AnalysisRefusal):
    """A planning value outside its range.

    Attributes:
        name: the argument.
        rule: its range, one of `RULES`.
    """

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "Giá trị {name} phải {rule_vi}.",
        "en": "{name} must be {rule}.",
    }

    def __init__(self, name: str, rule: str) -> None:
        self.name, self.rule = name, rule
        super().__init__(name=name, rule=rule, rule_vi=RULES[rule])


class UnrankedUnits(AnalysisRefusal):
    """Units without an estimate; leave them out of the ranking and say so.

    Attributes:
        units: their positions, ascending.
    """

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "Đơn vị {units} không có kết quả ước lượng; hãy để ngoài bảng xếp hạng và ghi rõ điều đó.",
        "en": "Units {units} have no estimate; leave them out of the ranking and say so.",
    }

    def __init__(self, units: Iterable[int]) -> None:
        self.units = tuple(int(unit) for unit in units)
        super().__init__(units=_listed(self.units))


class ImpossibleFunnel(AnalysisRefusal):
    """A centre or limits that are not strictly between 0 and 1, or sizes that are not above 0."""

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "Biểu đồ phễu cần giá trị trung tâm và giới hạn lớn hơn 0, nhỏ hơn 1, cỡ mẫu lớn hơn 0.",
        "en": "A funnel needs a centre and limits strictly between 0 and 1, and sizes above 0.",
    }


class UnusableVariance(AnalysisRefusal):
    """Areas whose sampling variance is 0, negative or unknown beside a direct estimate.

    Attributes:
        areas: their positions, ascending.
    """

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "Địa bàn {areas} không có phương sai mẫu dương hữu hạn; nơi mọi phiếu giống nhau thì dùng phương "
        "sai gộp, nơi đã hỏi toàn bộ thì không đưa vào mô hình.",
        "en": "Areas {areas} have no positive finite sampling variance; where everybody in a small sample "
        "agrees, use pooled_variances, and leave censuses out of the model.",
    }

    def __init__(self, areas: Iterable[int]) -> None:
        self.areas = tuple(int(area) for area in areas)
        super().__init__(areas=_listed(self.areas))


class TooFewAreas(AnalysisRefusal):
    """The variance between areas cannot be seen with so few areas.

    Attributes:
        areas: areas with a direct estimate.
        coefficients: columns of the covariates.
    """

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "{areas} địa bàn có ước lượng trực tiếp không đủ cho {coefficients} hệ số và một phương sai; cần "
        "số địa bàn nhiều hơn số hệ số ít nhất là 3.",
        "en": "{areas} areas with a direct estimate cannot support {coefficients} coefficients and a variance; "
        "at least 3 areas more than coefficients are needed.",
    }

    def __init__(self, areas: int, coefficients: int) -> None:
        self.areas, self.coefficients = areas, coefficients
        super().__init__(areas=areas, coefficients=coefficients)


class CollinearCovariates(AnalysisRefusal):
    """Covariates of which one is a sum of the others, or which are not finite."""

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "Các biến giải thích có giá trị không xác định hoặc trùng lặp nhau; hãy bỏ cột thừa.",
        "en": "The covariates are not finite or repeat each other; drop the redundant columns.",
    }


class FactorsRefusal(AnalysisRefusal):
    """Some factors cannot be told to move the index.

    Attributes:
        factors: their positions, ascending.
    """

    def __init__(self, factors: Iterable[int]) -> None:
        self.factors = tuple(int(factor) for factor in factors)
        super().__init__(factors=_listed(self.factors))


class FactorWithoutVariation(FactorsRefusal):
    """Factors on which everybody agrees: nothing can go together with them."""

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "Ở yếu tố {factors} mọi phiếu đều cho điểm như nhau nên không xét được ảnh hưởng; hãy để ra ngoài.",
        "en": "On factors {factors} everybody agrees, so their importance cannot be seen; leave them out.",
    }


class CollinearFactors(FactorsRefusal):
    """Factors that repeat the others exactly."""

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "Các yếu tố {factors} lặp lại nhau hoàn toàn nên không tách được ảnh hưởng; hãy gộp hoặc bỏ bớt.",
        "en": "Factors {factors} repeat each other exactly, so their parts cannot be told; merge or drop some.",
    }


class TooManyFactors(AnalysisRefusal):
    """More factors than all combinations can be tried for.

    Attributes:
        factors: how many were given.
        most: how many are possible.
    """

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "Có {factors} yếu tố, nhiều hơn {most}; hãy gộp các yếu tố.",
        "en": "There are {factors} factors, more than {most}; merge some.",
    }

    def __init__(self, factors: int, most: int) -> None:
        self.factors, self.most = factors, most
        super().__init__(factors=factors, most=most)


class TooFewRespondents(AnalysisRefusal):
    """Too few respondents answered on all factors, or all gave the same overall score.

    Attributes:
        respondents: how many can be used.
        least: how many are needed.
    """

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "Chỉ có {respondents} phiếu dùng được (cần ít nhất {least}), hoặc điểm chung không khác nhau.",
        "en": "Only {respondents} responses can be used ({least} are needed), or their overall scores agree.",
    }

    def __init__(self, respondents: int, least: int) -> None:
        self.respondents, self.least = respondents, least
        super().__init__(respondents=respondents, least=least)


class ImpossibleParts(AnalysisRefusal):
    """Weights of the parts of an index that are not above 0, or do not add up to 1.

    Attributes:
        index: position of the index.
        total: what the weights add up to.
    """

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "Trọng số các phần của chỉ số {index} cộng lại bằng {total:g}; từng trọng số phải lớn hơn 0 và tổng "
        "phải bằng 1 (ví dụ 0,6 và 0,4).",
        "en": "The weights of the parts of index {index} add up to {total:g}; each must be above 0 and their sum "
        "1 (for example 0.6 and 0.4).",
    }

    def __init__(self, index: int, total: float) -> None:
        self.index, self.total = index, total
        super().__init__(index=index, total=total)


class MergedStrata(AnalysisRefusal):
    """A design whose strata are merged for the variance: their shares of it cannot be told apart."""

    sentences: ClassVar[Mapping[str, str]] = {
        "vi": "Các tầng đã được ghép để tính phương sai nên không tính được số phiếu cần thêm của từng tầng.",
        "en": "Strata are merged for the variance, so the answers each still needs cannot be told.",
    }
