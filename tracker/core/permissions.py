"""Who is acting, what may be done, and the one place that decides."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask import g, has_request_context
from flask_babel import lazy_gettext as _l

from tracker.core.errors import Denied
from tracker.core.vocabulary import RoleName

#: Access token of a record that everybody may read.
PUBLIC = "public"
#: Access token of a record for everyone signed in.
MEMBER = "member"
#: Access token of drafts that coordinators may read.
COORDINATOR = "coordinator"


class Permission(StrEnum):
    """An act that routes and services ask for; rooms register the rule of each."""

    HOME_READ = "home:read"
    PARTY_MANAGE = "party:manage"
    PERSON_READ = "person:read"
    PERSON_MANAGE = "person:manage"
    TOKEN_MANAGE = "token:manage"  # noqa: S105 - a permission, not a secret
    THEME_READ = "theme:read"
    THEME_MANAGE = "theme:manage"
    WORKSHOP_READ = "workshop:read"
    WORKSHOP_CREATE = "workshop:create"
    WORKSHOP_EDIT = "workshop:edit"
    WORKSHOP_RELABEL = "workshop:relabel"
    OUTCOME_READ = "outcome:read"
    OUTCOME_LOG = "outcome:log"
    OUTCOME_EDIT = "outcome:edit"
    OUTCOME_PUBLISH = "outcome:publish"
    OUTCOME_RELABEL = "outcome:relabel"
    OUTCOME_RETIRE = "outcome:retire"
    OUTCOME_IMPORT = "outcome:import"
    FOLLOWUP_READ = "followup:read"
    FOLLOWUP_REPORT = "followup:report"
    FOLLOWUP_ASSESS = "followup:assess"
    FOLLOWUP_SCHEDULE = "followup:schedule"
    SEARCH_FIND = "search:find"
    SEARCH_SAVE = "search:save"
    SEARCH_RUN = "search:run"
    SEARCH_CHANGE = "search:change"
    REPORT_READ = "report:read"
    REPORT_EXPORT = "report:export"
    API_READ = "api:read"
    ACCESS_REVIEW = "access:review"
    EMERGENCY_OPEN = "emergency:open"
    AUDIT_READ = "audit:read"
    SETTINGS_CHANGE = "settings:change"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person as they were when the request began, the public, or the operator.

    It is a value, not a row: it outlives transactions and never causes a query.
    """

    id: int | None
    name: str
    roles: frozenset[RoleName] = frozenset()
    party_ids: frozenset[int] = frozenset()
    #: The parties on whose side the actor stands when it assesses: its own, their countries and those
    #: countries' bodies.
    side_ids: frozenset[int] = frozenset()
    access_tokens: frozenset[str] = field(default_factory=frozenset)
    #: Records opened for reading in an emergency, such as "outcome:5"; they open nothing else.
    opened: frozenset[str] = field(default_factory=frozenset)
    language: str | None = None
    #: The command line acts with the rights of whoever holds the instance folder.
    is_operator: bool = False

    @property
    def is_authenticated(self) -> bool:
        """Whether this is a known person or the operator."""
        return self.id is not None or self.is_operator

    def has_role(self, *names: RoleName) -> bool:
        """Whether the actor holds any of these roles; the operator holds all."""
        return self.is_operator or bool(self.roles.intersection(names))


ANONYMOUS = Actor(id=None, name="")
OPERATOR = Actor(id=None, name="Operator", is_operator=True)


def reading(actor: Actor) -> Actor:
    """Only what decides which records the actor sees in lists, so that queries can be kept by it."""
    return Actor(None, "", access_tokens=actor.access_tokens, is_operator=actor.is_operator)


#: A rule answers None when the act is allowed, or says who may. `thing` is None when only the
#: actor is known; the rule then answers whether the act could be allowed on anything.
Rule = Callable[[Actor, Any], Any]

_rules: dict[Permission, Rule] = {}


def rule(permission: Permission) -> Callable[[Rule], Rule]:
    """Register the decorated function as the rule of `permission`; each permission has exactly one."""

    def register(function: Rule) -> Rule:
        known = _rules.setdefault(permission, function)
        if known is not function:
            raise RuntimeError(f"{permission} has a rule already: {known.__module__}.{known.__qualname__}")
        return function

    return register


def reason_against(actor: Actor, permission: Permission, thing: Any = None) -> Any:
    """Why the actor may not do it, as a translated sentence, or None when it may.

    Raises KeyError for a permission without a rule, so that nothing is allowed by omission.
    """
    found = _rules[permission]
    return None if actor.is_operator else found(actor, thing)


def allows(actor: Actor, permission: Permission | str, thing: Any = None) -> bool:
    """Whether the actor may do it."""
    return reason_against(actor, Permission(permission), thing) is None


def require(actor: Actor, permission: Permission, thing: Any = None) -> None:
    """Do nothing when the actor may; raises Denied, saying who may, when not."""
    reason = reason_against(actor, permission, thing)
    if reason is not None:
        raise Denied(reason)


def current_actor() -> Actor:
    """Whoever acts in this request; the public when nobody is signed in."""
    if has_request_context():
        return g.get("actor", ANONYMOUS)  # type: ignore[no-any-return]
    return ANONYMOUS


def signed_in_only(actor: Actor, _thing: Any = None) -> Any:
    """The rule of acts that need nothing but a signed-in person."""
    return None if actor.is_authenticated else _l("Sign in first.")


def administrators(actor: Actor, _thing: Any = None) -> Any:
    """The rule of accounts, parties and the thesaurus."""
    return None if actor.has_role(RoleName.ADMINISTRATOR) else _l("Only an administrator may do this.")


def readers(actor: Actor, _thing: Any = None) -> Any:
    """The rule of reading: everyone signed in, and the public when public reading is on."""
    if actor.is_authenticated or PUBLIC in actor.access_tokens:
        return None
    return _l("Sign in first.")
