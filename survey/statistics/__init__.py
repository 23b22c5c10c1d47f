"""How answers become numbers: design, moments, variance, estimates, intervals, comparisons.

Pure functions over frozen values, on numpy and scipy only. Read in this order: `design` (who could
answer, who did), `moments` (all answers reduced to sums and cross-products), `variance` (weighted
totals and how much they vary), `estimate` (the table of measures), `interval`, `compare`, `weights`.
Proportions are 0 to 1 everywhere.
"""
