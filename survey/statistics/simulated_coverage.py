"""How often the intervals that reports print hold the truth: measured, not promised.

2,000 rounds were drawn from a province whose truth is known, with strata, sessions of citizens who resemble each
other, and citizens who do not answer; `benchmarks/coverage.py` draws them again, and a test compares.
"""

from dataclasses import dataclass

DRAWS = 2000


@dataclass(frozen=True)
class SimulatedCoverage:
    """Intervals at 95 % of the index of one kind of group, over all draws.

    Attributes:
        group: name of the group in the simulation.
        responses: mean number of responses.
        held: share of the printed (logit) intervals that hold the truth, 0 to 1.
        held_by_t: the same of plain t intervals.
        held_by_beta: the same of Korn-Graubard intervals.
        margin: mean half-width of the printed interval, as a proportion.
        without: share of draws in which there is no interval: fewer than 1 degree of freedom.
    """

    group: str
    responses: int
    held: float
    held_by_t: float
    held_by_beta: float
    margin: float
    without: float


UNITS = (
    SimulatedCoverage("unit of 5", 5, 0.983, 0.967, 0.976, 0.408, 0.085),
    SimulatedCoverage("unit of 10", 11, 0.975, 0.942, 0.967, 0.321, 0.002),
    SimulatedCoverage("unit of 20", 19, 0.957, 0.911, 0.948, 0.161, 0.000),
    SimulatedCoverage("unit of 30", 29, 0.948, 0.926, 0.950, 0.115, 0.000),
    SimulatedCoverage("unit of 50", 48, 0.949, 0.929, 0.954, 0.088, 0.000),
    SimulatedCoverage("unit of 100", 101, 0.947, 0.936, 0.953, 0.058, 0.000),
    SimulatedCoverage("unit of 200", 200, 0.952, 0.946, 0.956, 0.040, 0.000),
)
ACROSS_STRATA = SimulatedCoverage("young", 53, 0.953, 0.948, 0.959, 0.087, 0.000)
OVERALL = SimulatedCoverage("overall", 1654, 0.949, 0.946, 0.951, 0.014, 0.000)
EVERYTHING = (*UNITS, ACROSS_STRATA, OVERALL)
