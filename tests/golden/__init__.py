"""Golden cases of R survey, answered through the public functions of survey.statistics."""
