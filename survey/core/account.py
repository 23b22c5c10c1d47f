"""A person who signs in, and what each role may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal

Role = Literal["administrator", "officer", "approver", "leader", "auditor"]
ROLES: tuple[Role, ...] = ("administrator", "officer", "approver", "leader", "auditor")


class Permission(Enum):
    """What a page may demand of its reader; every staff page demands one."""

    SEE_ROUNDS = "see_rounds"
    RUN_ROUNDS = "run_rounds"
    DESIGN = "design"
    APPROVE = "approve"
    PRINT = "print"
    SET_LOOK = "set_look"
    LOAD_POPULATION = "load_population"
    KEY_ANSWERS = "key_answers"
    MANAGE_PLACES = "manage_places"
    READ_PLACES = "read_places"
    READ_POPULATION = "read_population"
    MANAGE_PEOPLE = "manage_people"
    READ_REPORTS = "read_reports"
    WRITE_REPORTS = "write_reports"
    READ_TRAIL = "read_trail"
    OWN_ACCOUNT = "own_account"


_EVERYBODY = frozenset({Permission.READ_REPORTS, Permission.OWN_ACCOUNT})

ALLOWED: Mapping[Role, frozenset[Permission]] = {
    "administrator": _EVERYBODY
    | {
        Permission.SEE_ROUNDS,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_PLACES,
        Permission.READ_PLACES,
        Permission.READ_TRAIL,
    },
    "officer": _EVERYBODY
    | {
        Permission.SEE_ROUNDS,
        Permission.RUN_ROUNDS,
        Permission.DESIGN,
        Permission.PRINT,
        Permission.SET_LOOK,
        Permission.LOAD_POPULATION,
        Permission.READ_POPULATION,
        Permission.KEY_ANSWERS,
        Permission.MANAGE_PLACES,
        Permission.READ_PLACES,
        Permission.WRITE_REPORTS,
    },
    "approver": _EVERYBODY | {Permission.SEE_ROUNDS, Permission.APPROVE},
    "leader": _EVERYBODY,
    "auditor": _EVERYBODY
    | {
        Permission.SEE_ROUNDS,
        Permission.READ_PLACES,
        Permission.READ_POPULATION,
        Permission.READ_TRAIL,
    },
}
"""Who designs cannot approve, and who manages people cannot touch answers: two persons for what counts."""

WITHIN_A_PART = _EVERYBODY | {Permission.SEE_ROUNDS, Permission.PRINT, Permission.KEY_ANSWERS}
"""What may be done by people who are limited to a part of the unit tree: its pages take that part.

Everything else concerns the whole province, so that a new permission is theirs only when somebody says so here.
"""


class BeyondPart(Exception):
    """What was asked for lies outside the part of the unit tree to which somebody is limited."""


@dataclass(frozen=True)
class Account:
    """Who somebody is and what they may do.

    Attributes:
        name: what they type to sign in.
        display_name: how pages greet them.
        role: one of :data:`ROLES`.
        unit_code: the unit to which they are limited, with all below it; None for the whole province.
        identity: who they are for the OpenID Connect provider: an e-mail address, or "issuer subject".
        has_second_factor: whether a code from their phone is asked for, too.
        is_withdrawn: whether they may not sign in any more.
    """

    name: str
    display_name: str
    role: Role
    unit_code: str | None = None
    identity: str | None = None
    has_second_factor: bool = False
    is_withdrawn: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it, in the part of the unit tree to which they are limited."""
        return self.has(permission) and (self.unit_code is None or permission in WITHIN_A_PART)

    def has(self, permission: Permission) -> bool:
        """Whether the role allows it at all."""
        return permission in ALLOWED[self.role]
