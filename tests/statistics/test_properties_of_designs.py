"""What must hold for every design: hypothesis looks for surveys where it does not."""

import subprocess
import sys

import numpy as np
import pytest

from survey.statistics.design import StratifiedDesign
from survey.statistics.estimate import sipas_table
from survey.statistics.interval import policy_interval


def coverage_of(sizes: np.ndarray, share: float, draws: int, seed: int) -> float:
    """How often the 95 % interval holds the true share: strata of 40 times the sample, known populations."""
    random = np.random.default_rng(seed)
    populations = sizes * 40
    truths = np.clip(share + random.normal(0, 0.05, len(sizes)), 0.02, 0.98)
    satisfied = np.round(truths * populations).astype(int)
    truth = satisfied.sum() / populations.sum()
    counts = random.hypergeometric(satisfied, populations - satisfied, sizes, (draws, len(sizes)))
    strata = np.repeat(np.arange(len(sizes)), sizes)
    design = StratifiedDesign(strata, populations)
    held = 0
    place = np.arange(len(strata)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    for row in counts:
        score = (place < row[strata])[:, np.newaxis]
        table = sipas_table(design, valid=np.ones_like(score), score=score, factors=[[0]])
        interval = policy_interval(table.at(0, table.pooled))
        held += interval is not None and interval.low <= truth <= interval.high
    return held / draws


@pytest.mark.parametrize(
    ("sizes", "share"), [([60, 45, 80, 30], 0.8), ([50, 50], 0.6), ([25, 25], 0.7), ([70, 70], 0.5)]
)
def test_intervals_hold_the_truth_as_often_as_they_promise(sizes: list[int], share: float) -> None:
    assert 0.94 <= coverage_of(np.array(sizes), share, draws=2000, seed=20_240_601) <= 0.96


@pytest.mark.parametrize(("sizes", "share"), [([10], 0.9), ([8, 7], 0.85), ([5, 5, 5], 0.9)])
def test_small_samples_are_cautious_rather_than_sharp(sizes: list[int], share: float) -> None:
    assert (
        coverage_of(np.array(sizes), share, draws=2000, seed=7) > 0.96
    )  # wider than promised, never narrower


def test_the_package_imports_with_numpy_and_scipy_alone() -> None:
    program = (
        "import pkgutil, importlib, sys, survey.statistics as s\n"
        "for m in pkgutil.iter_modules(s.__path__): importlib.import_module('survey.statistics.' + m.name)\n"
        "print(sorted({n.split('.')[0] for n in sys.modules} & {'flask', 'sqlalchemy', 'pydantic', 'yaml', "
        "'orjson', 'typst', 'qrcode', 'click', 'wtforms', 'babel', 'pandas'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
