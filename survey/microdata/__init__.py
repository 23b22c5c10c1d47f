"""Estimates from somebody's own data: a specification and tables in, JSON and a workbook out.

The path, one module a step: `specification` (what a file may say), `loading` (reading it); `reading`
and `columns` (tables from CSV and XLSX), `totals` (frame and margins), `study` (all of it checked, cell by cell);
`weighing` (the design), `adjusting` (what is done to its weights), `estimating` (tables and verdicts; every number is
one of `survey.statistics`), `result` (what came out); `as_json`, `as_workbook`, `summary` and `words` (saying it).
"""
