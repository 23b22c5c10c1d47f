"""Estimates from somebody's own data: a specification and a table in, JSON and a workbook out.

The path, one module a step: `specification` (what a file may say) and `loading` (reading it), `columns` and
`reading` and `workbooks` (tables from CSV and XLSX), `study` (tables checked against the specification), `weighing` (the
design) and `adjusting` (what is done to its weights), `estimating` (tables and verdicts; the numbers are those
of `survey.statistics`), `result` (what came out), `as_json` and `as_workbook` (writing it down).
"""
