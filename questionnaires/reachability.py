"""Questions that nobody can ever be asked: their conditions contradict one another."""

from collections.abc import Iterator, Mapping

from questionnaires.definition import Condition, Definition, Item, Question

Part = Item | Question


def unreachable(definition: Definition) -> Iterator[str]:
    """The codes of parts whose conditions, with those of all they look back to, cannot be met together.

    Conditions only demand options of earlier questions, all at once, so what decides is each question by itself:
    whether one answer to it can meet every demand made of it.
    """
    everything = list(definition.asked())
    by_code = {part.code: part for part, _conditions in everything}
    demands: dict[str, tuple[Condition, ...]] = {}
    for part, conditions in everything:
        inherited = [earlier for c in conditions for earlier in demands.get(c.question, ())]
        demands[part.code] = tuple(dict.fromkeys((*conditions, *inherited)))
        if not _can_be_met(demands[part.code], by_code):
            yield part.code


def _can_be_met(demands: tuple[Condition, ...], by_code: Mapping[str, Part]) -> bool:
    for code in {demand.question for demand in demands}:
        wanted = [set(demand.codes) for demand in demands if demand.question == code]
        if not _one_answer_meets(by_code[code], wanted):
            return False
    return True


def _one_answer_meets(part: Part, wanted: list[set[int]]) -> bool:
    if set.intersection(*wanted):
        return True
    if isinstance(part, Item) or part.kind != "multiple":
        return False
    together = {option.code for option in part.options} - set(part.alone or ())
    return all(codes & together for codes in wanted)
