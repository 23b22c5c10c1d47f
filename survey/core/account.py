"""A person who signs in."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["officer", "leader"]
ROLES: tuple[Role, ...] = ("officer", "leader")


@dataclass(frozen=True)
class Account:
    """Who somebody is and what they may do.

    Attributes:
        name: what they type to sign in.
        display_name: how pages greet them.
        role: officers run rounds, leaders read reports.
    """

    name: str
    display_name: str
    role: Role
