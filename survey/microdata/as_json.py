"""An estimate as JSON: documented keys, full precision, the same bytes for the same input.

The keys are those of ``docs/estimate.md``; a key is never renamed or given another meaning under one schema.
"""

import orjson

from survey.microdata.result import Estimated, Figure, GroupFigures, Judged
from survey.microdata.weighing import Merged, Weighed

SCHEMA = "sipas-estimate/1"
Json = dict[str, object]


def as_json(estimated: Estimated) -> bytes:
    """Write an estimate; what is undefined is null, and says why."""
    spec = estimated.specification
    content = {
        "schema": SCHEMA,
        "name": spec.name,
        "title": spec.title,
        "inputs": [
            {"file": origin.file, "sha256": origin.sha256, "rows": origin.rows}
            for origin in estimated.origins
        ],
        "settings": spec.model_dump(mode="json"),
        "design": _design(estimated.weighed, estimated.outside),
        "weights": {
            "total": estimated.quality.total,
            "smallest": estimated.quality.smallest,
            "largest": estimated.quality.largest,
            "negative": estimated.quality.negative,
            "smallest_g": estimated.quality.smallest_g,
            "largest_g": estimated.quality.largest_g,
            "effective_size": estimated.quality.effective_size,
        },
        "unweighted_index": estimated.unweighted,
        "estimates": [_group(group) for group in estimated.groups],
        "verdicts": [_verdict(judged) for judged in estimated.judged],
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _design(weighed: Weighed, outside: int) -> Json:
    heard = weighed.coverage
    return {
        "rows": len(weighed.sample.weights),
        "rows_outside_frame": outside,
        "strata": len(weighed.strata),
        "degrees_of_freedom": weighed.sample.degrees_of_freedom,
        "lonely": list(weighed.lonely),
        "merged": [_merged(merge) for merge in weighed.merged],
        "overfull": list(weighed.overfull),
        "collapsed": [_merged(merge) for merge in weighed.collapsed],
        "coverage": heard
        and {
            "dossiers": heard.population,
            "covered": heard.covered,
            "share": heard.share,
            "uncovered": [weighed.strata[code] for code in heard.uncovered],
        },
    }


def _merged(merge: Merged) -> Json:
    return {"stratum": merge.stratum, "into": merge.into, "size": merge.size}


def _group(group: GroupFigures) -> Json:
    return {
        "group": dict(zip(group.by, group.labels, strict=True)),
        "respondents": group.respondents,
        "weight": group.weight,
        "effective_size": group.effective_size,
        "census": group.census,
        "measures": [_figure(figure) for figure in group.figures],
    }


def _figure(figure: Figure) -> Json:
    silence = figure.silence
    return {
        "measure": figure.measure,
        "estimate": figure.estimate,
        "standard_error": figure.standard_error,
        "degrees_of_freedom": figure.degrees_of_freedom,
        "low": figure.low,
        "high": figure.high,
        "interval": figure.method,
        "design_effect": figure.design_effect,
        "design_effect_of_mean": figure.design_effect_of_mean,
        "valid_answers": figure.valid_answers,
        "effective_answers": figure.effective_answers,
        "refusal": silence
        and {"code": silence.value, "vi": silence.sentence("vi"), "en": silence.sentence("en")},
    }


def _verdict(judged: Judged) -> Json:
    target, figure = judged.target, judged.figure
    return {
        "indicator": target.indicator,
        "sentence": target.sentence,
        "measure": target.measure,
        "group": target.group,
        "comparator": target.comparator.value,
        "value": float(target.value) / 100,
        "estimate": figure.estimate,
        "low": figure.low,
        "high": figure.high,
        "verdict": judged.outcome.value if judged.outcome else None,
        "point_meets": judged.point_meets,
    }
