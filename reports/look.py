"""The look of papers where an instance has none of its own."""

from reports.charts import PALETTE
from survey.core.look import Look

STANDARD = Look(PALETTE["primary"], PALETTE["ink"])
