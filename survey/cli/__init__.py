"""The command line: help in plain words, one clear line for every fault, exit code 2."""

import sys
from typing import NoReturn

import click

from survey.cli import (
    counts,
    database,
    demo,
    estimates,
    papers,
    people,
    questionnaires,
    reports,
    rounds,
    seals,
    server,
    trail,
)
from survey.cli.help import VietnameseHelp
from survey.cli.refusals import SAID, refuse

click.Context.formatter_class = VietnameseHelp


@click.group(help="SIPAS: khảo sát mức độ hài lòng, từ mã QR tại quầy đến báo cáo in được.")
def cli() -> None:
    """Hold the commands."""


for command in (
    demo.demo,
    server.serve,
    database.database_group,
    questionnaires.questionnaire,
    papers.print_posters,
    papers.write_open_data,
    reports.report_group,
    estimates.estimate,
    people.user,
    trail.trail_group,
    counts.counts_group,
    seals.seal_group,
    rounds.rounds_group,
):
    cli.add_command(command)


def main() -> NoReturn:
    """Run; every foreseen fault is one line on standard error and exit code 2."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except (click.Abort, KeyboardInterrupt):
        refuse("đã dừng theo yêu cầu")
    except tuple(SAID) as fault:
        refuse(next(say(fault) for kind, say in SAID.items() if isinstance(fault, kind)))
    sys.exit(0)
