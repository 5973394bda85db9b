"""Every address of Tracker, and which rule of the statement decides there.

A row says: these methods; the address stands for this kind of record; whoever could never do it on any record
(`rule` asked without one) is refused at once; a record that may not be read is hidden, exactly as one that
does not exist; of a record that may be read, `rule` decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.access import statement as say
from tests.access.statement import Record, Who, by_right, reads


class Answer(StrEnum):
    """How the program may answer."""

    IN = "let in"
    REFUSED = "refused"
    HIDDEN = "hidden"
    NOT_A_METHOD = "not a method"


@dataclass(frozen=True)
class Row:
    """What decides at one address."""

    methods: str
    rule: Callable[[Who, Record | None], bool]
    #: Kind of record that the address names; empty where it names none.
    of: str = ""
    #: Whether sending a form there changes records; the walk must see it happen.
    writes: bool = False
    #: Asked instead of `rule` before the record is looked for.
    door: Callable[[Who, Record | None], bool] | None = None
    #: Who may know that the record is there at all.
    sees: Callable[[Record, Who], bool] = reads
    #: Whether the page may name records (by reference or code) that its reader may not read.
    names: bool = False
    #: Whether a form is taken there without the token against forged forms.
    bare: bool = False
    #: Further answers that count as let in, such as 410 for a link that is over.
    also: tuple[int, ...] = ()

    def answer(self, who: Who, record: Record | None, *, missing: bool = False) -> Answer:
        """What the program has to answer; `missing`: the address names a record that does not exist."""
        if not (self.door or self.rule)(who, None):
            return Answer.REFUSED
        if not self.of:
            return Answer.IN
        if missing or record is None or not self.sees(record, who):
            return Answer.HIDDEN
        if self.rule not in _READING and not reads(record, by_right(who)):
            return Answer.REFUSED
        return Answer.IN if self.rule(who, record) else Answer.REFUSED


#: Rules of pages that only show something; for these an emergency opening is enough.
_READING = (say.anybody, say.member, say.reader, say.reviews_access)

ROUTES: dict[str, Row] = {
    # core
    "static": Row("GET", say.anybody, "static"),
    "core.healthz": Row("GET", say.anybody),
    "core.set_language": Row("POST", say.anybody),
    "core.change_password": Row("GET", say.anybody),
    "core.robots": Row("GET", say.anybody),
    "core.security_contact": Row("GET", say.anybody),
    "core.take_csp_report": Row("POST", say.anybody, bare=True),
    # signing in
    "security.login": Row("GET POST", say.anybody),
    "security.logout": Row("POST", say.anybody),
    "signin.link": Row("GET", say.anybody, also=(410,)),
    "signin.use_link": Row("POST", say.anybody, also=(410,)),
    "signin.forgotten": Row("GET POST", say.anybody),
    "signin.mail_sent": Row("GET", say.anybody),
    "signin.second_step_page": Row("GET", say.anybody),
    "signin.second_step_code": Row("POST", say.anybody),
    "signin.second_step_passkey": Row("POST", say.anybody),
    "signin.second_step_recovery": Row("POST", say.anybody),
    "signin.passkey_to_sign_in": Row("POST", say.anybody),
    "signin.sign_in_by_passkey": Row("POST", say.anybody),
    # There is no other provider here, so nothing to go to and to come back from.
    "signin.start_at_provider": Row("POST", say.anybody, also=(404,)),
    "signin.back_from_provider": Row("GET", say.anybody, also=(404,)),
    # one's own account
    "signin.account": Row("GET POST", say.member, writes=True),
    "signin.set_password": Row("POST", say.member, writes=True),
    "signin.revoke_token": Row("POST", say.owns_or_administers, "token", door=say.member, writes=True),
    "signin.ask_for_address": Row("POST", say.member),
    "signin.new_address": Row("GET", say.member, "address link"),
    "signin.confirm_address": Row("POST", say.member, "address link", writes=True),
    "signin.end_session": Row("POST", say.member, "session"),
    "signin.end_other_sessions": Row("POST", say.member),
    "signin.must_set_up": Row("GET", say.member),
    "signin.prove": Row("GET POST", say.member),
    "signin.prove_by_passkey": Row("POST", say.member),
    "signin.set_up_app": Row("GET POST", say.member),
    "signin.remove_app": Row("POST", say.member),
    "signin.renew_recovery_codes": Row("POST", say.member),
    "signin.add_passkey": Row("GET POST", say.member),
    "signin.passkey_options": Row("POST", say.member),
    "signin.remove_passkey": Row("POST", say.member, "passkey"),
    # people
    "accounts.people": Row("GET", say.looks_people_up),
    "accounts.person": Row("GET", say.looks_people_up, "person"),
    "accounts.invite": Row("GET POST", say.administrator, writes=True),
    "accounts.invite_again": Row("POST", say.administrator, "person"),
    "accounts.withdraw": Row("POST", say.administrator, "person"),
    "accounts.roles": Row("GET POST", say.administers_another, "person", writes=True),
    "accounts.close": Row("GET POST", say.administers_another, "person", writes=True),
    "accounts.reopen": Row("POST", say.administrator, "person", writes=True),
    "accounts.address": Row("GET POST", say.administers_another, "person", writes=True),
    "accounts.send_link": Row("POST", say.administers_another, "person"),
    "accounts.end_sessions": Row("POST", say.administers_another, "person"),
    "accounts.revoke_token": Row("POST", say.administrator, "token of a person", writes=True),
    "signin.remove_second_factor": Row("POST", say.administrator, "person"),
    # parties
    "accounts.parties": Row("GET", say.member),
    "accounts.party": Row("GET", say.member, "party"),
    "accounts.new_party": Row("GET POST", say.administrator, writes=True),
    "accounts.edit_party": Row("GET POST", say.administrator, "party", writes=True),
    "accounts.retire_party": Row("POST", say.administrator, "party", writes=True),
    "accounts.offer_party": Row("POST", say.administrator, "party"),
    # oversight
    "oversight.audit": Row("GET", say.administrator, names=True),
    "oversight.export_audit": Row("GET", say.administrator, names=True),
    "oversight.end_emergency": Row("POST", say.administrator, "opening"),
    "oversight.change_settings": Row("GET POST", say.administrator, writes=True),
    "oversight.open_in_emergency": Row("GET POST", say.administrator, writes=True, names=True),
    "oversight.outcome_access": Row("GET", say.reviews_access, "outcome", sees=say.sees_who_sees),
    "oversight.workshop_access": Row("GET", say.reviews_access, "workshop", sees=say.sees_who_sees),
    # themes
    "themes.tree": Row("GET", say.reader),
    "themes.detail": Row("GET", say.reader, "theme"),
    "themes.history": Row("GET", say.reader, "theme"),
    "themes.new": Row("GET POST", say.administrator, writes=True),
    "themes.edit": Row("GET POST", say.administrator, "theme", writes=True),
    "themes.merge": Row("GET POST", say.administrator, "theme", writes=True),
    # workshops
    "workshops.index": Row("GET", say.reader),
    "workshops.new": Row("GET POST", say.convenes, writes=True),
    "workshops.detail": Row("GET", say.reader, "workshop"),
    "workshops.history": Row("GET", say.reader, "workshop"),
    "workshops.edit": Row("GET POST", say.edits_workshop, "workshop", writes=True),
    "workshops.handling": Row("GET POST", say.edits_workshop, "workshop", writes=True),
    "workshops.attach": Row("GET POST", say.edits_workshop, "workshop", writes=True),
    "workshops.file": Row("GET", say.reader, "workshop file"),
    "workshops.remove_file": Row("POST", say.edits_workshop, "workshop file", writes=True),
    # outcomes
    "outcomes.log": Row("GET", say.logs),
    "outcomes.index": Row("GET", say.reader),
    "outcomes.new": Row("GET POST", say.logs, "workshop", writes=True),
    "outcomes.publish_drafts": Row("POST", say.publishes, "workshop", writes=True),
    "outcomes.detail": Row("GET", say.reader, "outcome"),
    "outcomes.edit": Row("GET POST", say.edits, "outcome", writes=True),
    "outcomes.handling": Row("GET POST", say.edits, "outcome", writes=True),
    "outcomes.discard": Row("GET POST", say.edits, "outcome", writes=True),
    "outcomes.publish": Row("POST", say.publishes, "outcome", writes=True),
    "outcomes.retire": Row("GET POST", say.publishes, "outcome", writes=True),
    "outcomes.history": Row("GET", say.reader, "outcome"),
    "outcomes.versions": Row("GET", say.reader, "outcome"),
    "outcomes.version": Row("GET POST", say.edits, "outcome", writes=True),
    "outcomes.links": Row("GET POST", say.edits, "outcome", writes=True),
    "outcomes.unlink": Row("POST", say.edits, "outcome", writes=True),
    # follow-up
    "followup.index": Row("GET", say.reader),
    "followup.commitment": Row("GET", say.reader, "commitment"),
    "followup.report": Row("GET POST", say.reports, "commitment", writes=True),
    "followup.assess": Row("GET POST", say.assesses, "commitment", writes=True),
    "followup.due": Row("POST", say.schedules, "commitment", writes=True),
    "followup.evidence": Row("GET", say.reader, "evidence"),
    "followup.adoptions": Row("GET", say.reader),
    "followup.adoption": Row("GET", say.reader, "adoption"),
    "followup.report_adoption": Row("GET POST", say.reports, "adoption", writes=True),
    "followup.take_up": Row("GET POST", say.reports, "outcome", writes=True),
    # searching, reports, the interface for programs
    "search.find": Row("GET", say.reader),
    # saved searches: whoever has the secret of a feed or of a mail needs nothing else
    "saved.index": Row("GET", say.member),
    "saved.shared": Row("GET", say.member),
    "saved.save": Row("GET POST", say.member, writes=True),
    "saved.run": Row("GET", say.member, "saved search"),
    "saved.change": Row("GET POST", say.owns, "saved search", writes=True),
    "saved.delete": Row("POST", say.owns, "saved search", writes=True),
    "saved.renew_feed": Row("POST", say.owns, "saved search", writes=True),
    "saved.close_feed": Row("POST", say.owns, "saved search", writes=True),
    "saved.feed": Row("GET", say.anybody),
    "saved.stop": Row("GET", say.anybody),
    "saved.stop_now": Row("POST", say.anybody, bare=True),
    "saved.clear_recent": Row("POST", say.reader),
    "reports.home": Row("GET", say.reader),
    "reports.overview": Row("GET", say.reader),
    "reports.export": Row("GET", say.member),
    "api.find": Row("GET", say.reader),
    "api.similar": Row("GET", say.reader),
    "api.similar_to_outcome": Row("GET", say.reader, "outcome", sees=say.reads_by_program),
    "api.outcome": Row("GET", say.reader, "outcome", sees=say.reads_by_program),
    "api.workshop": Row("GET", say.reader, "workshop", sees=say.reads_by_program),
}
