"""Everything that a round's estimates are made from, as plain arrays."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from survey.core.margins import Volumes
from survey.core.place import Field, Unit
from survey.core.round import Round

NOT_ANSWERED_CODE = -1
NOT_APPLICABLE_CODE = -2
NOT_IN_VERSION_CODE = -3
NOT_SHOWN_CODE = -4

IntArray = npt.NDArray[np.int64]
CodeMatrix = npt.NDArray[np.int8]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Evidence:
    """The population and the answers of one round.

    Attributes:
        round: the round, with the version whose items are the columns of ``answers``.
        units: all U units of the frame.
        fields: all F fields.
        dossiers: U × F, the population: dossiers with a result in the period.
        unit: n, position in ``units`` of each response.
        field: n, position in ``fields``.
        mode: n, position in ``modes``.
        modes: names of the modes that occur.
        answers: n × items, option codes; where there is no rating :data:`NOT_ANSWERED_CODE`,
            :data:`NOT_APPLICABLE_CODE`, :data:`NOT_SHOWN_CODE` where a condition was not met, or
            :data:`NOT_IN_VERSION_CODE` for an item that the version which was answered did not ask in the same
            words and meaning.
        latest_hour: hour of the newest response, UTC, or None without responses.
        choices: by the code of each question that groups respondents (:mod:`survey.core.respondents`), n option
            codes, or what ``answers`` has where there is none.
        margins: the population by sex, age and channel as far as known (:mod:`survey.core.margins`).
    """

    round: Round
    units: tuple[Unit, ...]
    fields: tuple[Field, ...]
    dossiers: IntArray
    unit: IntArray
    field: IntArray
    mode: IntArray
    modes: tuple[str, ...]
    answers: CodeMatrix
    latest_hour: datetime | None
    choices: Mapping[str, CodeMatrix] = dataclasses.field(default_factory=dict)
    margins: Volumes = dataclasses.field(default_factory=dict)

    @property
    def responses(self) -> int:
        """Number of responses, n."""
        return len(self.unit)

    @property
    def stratum(self) -> IntArray:
        """Each response's stratum: unit × field, numbered unit by unit."""
        return self.unit * len(self.fields) + self.field

    def only(self, chosen: BoolArray | IntArray) -> "Evidence":
        """The responses marked in ``chosen`` (n,), or those at its positions, with the population as it is."""
        return replace(
            self,
            unit=self.unit[chosen],
            field=self.field[chosen],
            mode=self.mode[chosen],
            answers=self.answers[chosen],
            choices={code: codes[chosen] for code, codes in self.choices.items()},
        )
