"""Whatever a network or a clock does, an answer arrives once, whole."""

import http.client
import random
from email.message import Message
from pathlib import Path

import pytest

from survey.store.database import Database
from tests.faults.clock import step_and_compare
from tests.faults.group import Group
from tests.faults.ledger import Ledger, compare
from tests.faults.load import IN_SERVICE, Page, acknowledges, ask
from tests.faults.network import deliver_and_compare
from tests.faults.proxy import PORTAL
from tests.server import Installation, free_port

MANY_ENOUGH_FOR_EVERY_HARM = 100


def test_behind_a_bad_network_everything_arrives_once(small: Database, tmp_path: Path) -> None:
    found = deliver_and_compare(small, tmp_path, submissions=MANY_ENOUGH_FOR_EVERY_HARM)
    assert found.faults == {}
    assert found.acknowledged == MANY_ENOUGH_FOR_EVERY_HARM


def test_while_the_servers_clock_jumps_everything_counts_in_its_round(
    small: Database, tmp_path: Path
) -> None:
    found = step_and_compare(small, tmp_path, submissions=40)
    assert found.faults == {}
    assert found.acknowledged == 40
