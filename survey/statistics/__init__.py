"""How answers become numbers: design, moments, variance, estimates, intervals, comparisons.

Pure functions over frozen values, on numpy and scipy only. Proportions are 0 to 1 everywhere. Two roads lead
to the same numbers, and the tests hold them together.

Stratified rounds of any size, from counts: `design` (who could answer, who did), `moments` (all answers
reduced to sums and cross-products, from bits `packed` side by side),
`joining` (more answers added to them), `influence` and `variance`, `estimate` (the table of measures); after
raking (`cell_raking`), `raked_moments` (by `raked_products`), `raked_variance` and `raked_table`.

Every other design, from rows: `sample` (strata, clusters, stages, subsets), `adjustments` (post-stratify,
rake, calibrate, trim; with `distance`, `solver`, `feasibility`), `residuals` and `linearise` (variance),
`replicates`, `quantities` (what can be estimated), `estimation`, `row_table` (all groups at once by `group_table`
and `calibrated_groups`), `quantile`, `contingency`, `mean_tests`.

Both: `interval`, `interval_table`, `compare`, `collapsing`, `weights`, `weight_quality`. What cannot be
answered is a refusal (`refusals`, `weighting_refusals`) with sentences in `sentences`.
"""
