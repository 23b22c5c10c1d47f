"""What a model says about a small area decides nothing."""

import inspect

from survey.core.target import decide


def test_no_verdict_can_be_had_from_a_model_estimate() -> None:
    assert inspect.signature(decide).parameters["estimate"].annotation is float
