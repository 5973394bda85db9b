"""The commands about people: who there is, what they may do, how they get in, and the tokens of programs."""

import sys
from typing import TextIO

import click

from tracker.accounts import invitations, service
from tracker.accounts import people as acts
from tracker.accounts import queries as people
from tracker.accounts.directory import PeopleFilters, account_of, everybody
from tracker.accounts.models import Person
from tracker.accounts.standing import Standing, standing_of
from tracker.cli_tools import address_of, in_instance, ready
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import Language, RoleName
from tracker.signin import second_factor

ROLES = click.Choice([str(role) for role in RoleName])
_role = click.option(
    "--role", "roles", multiple=True, required=True, type=ROLES, help="What they may do; repeat for several."
)
_party = click.option(
    "--party", "parties", multiple=True, help="Country code or body the person acts for; repeat for several."
)
_reason = click.option("--reason", default="", help="Why, for those who look it up later.")


@click.group()
def user() -> None:
    """People and how they sign in."""


@user.command("add")
@click.argument("email")
@_role
@_party
@click.option("--name", help="Name to show; the e-mail address otherwise.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@in_instance
def user_add(
    email: str, roles: tuple[str, ...], parties: tuple[str, ...], name: str | None, password_stdin: bool
) -> None:
    """Add a person. Without a password they sign in by a one-time link."""
    ready()
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    person = service.add_person(OPERATOR, email, name or email, list(roles), list(parties), password)
    click.echo(f"Added {person.email}.")


@user.command("invite")
@click.argument("file", type=click.File(encoding="utf-8"))
@_role
@_party
@click.option("--language", type=click.Choice([str(x) for x in Language]), help="Language of the mail.")
@in_instance
def user_invite(file: TextIO, roles: tuple[str, ...], parties: tuple[str, ...], language: str | None) -> None:
    """Invite people by mail: FILE (- is standard input) has one in each line, ADDRESS or NAME <ADDRESS>."""
    ready()
    spoken = Language(language) if language else None
    done = invitations.invite(OPERATOR, invitations.read_lines(file.read()), roles, parties, spoken)
    for person in done.people:
        click.echo(f"Invited {person.email}.")
    for refusal in done.refused:
        click.echo(f"line {refusal.line.number}: {refusal.line.text}: {refusal.reason}", err=True)
    if done.refused:
        raise SystemExit(1)


@user.command("list")
@click.option("--role", type=ROLES, help="Only people with this role.")
@click.option("--party", default="", help="Only people who act for the party with this code.")
@click.option("--state", type=click.Choice([str(x) for x in Standing]), help="Only accounts that stand so.")
@in_instance
def user_list(role: str | None, party: str, state: str | None) -> None:
    """List people by name, one in each line: address, name, roles, parties, state; tabs between them."""
    ready()
    filters = PeopleFilters(
        role=RoleName(role) if role else None, party=party, standing=Standing(state) if state else None
    )
    for person in everybody(filters):
        click.echo("\t".join([person.email, person.name, *_facts(person)]))


def _facts(person: Person) -> tuple[str, str, str]:
    roles = ",".join(str(role.name) for role in person.roles)
    return roles, ",".join(party.code for party in person.parties), str(standing_of(person))


@user.command("show")
@click.argument("email")
@in_instance
def user_show(email: str) -> None:
    """Show one person and their account."""
    ready()
    person = people.person_by_email(email)
    account = account_of(person)
    roles, parties, state = _facts(person)
    for name, value in (
        ("name", person.name),
        ("address", person.email),
        ("roles", roles),
        ("parties", parties),
        ("state", state),
        ("since", person.created_at.isoformat(timespec="seconds")),
        ("last seen", account.last_seen.isoformat(timespec="seconds") if account.last_seen else "never"),
        ("second factor", "yes" if account.second_factor else "no"),
        ("open sessions", str(account.sessions)),
        ("tokens", ", ".join(token.name for token in account.tokens)),
    ):
        click.echo(f"{name + ':':<15}{value}".rstrip())


@user.command("roles")
@click.argument("email")
@_role
@_party
@_reason
@in_instance
def user_roles(email: str, roles: tuple[str, ...], parties: tuple[str, ...], reason: str) -> None:
    """Give a person these roles and parties in place of what they had; their sessions end."""
    ready()
    person = acts.change_roles(OPERATOR, people.person_by_email(email), roles, parties, reason)
    click.echo("\t".join([person.email, *_facts(person)]))


@user.command("close")
@click.argument("email")
@click.option("--reason", required=True, help="Why, for those who look it up later.")
@in_instance
def user_close(email: str, reason: str) -> None:
    """Close an account: sessions, links and tokens end; what the person wrote stays."""
    ready()
    person = acts.close_person(OPERATOR, people.person_by_email(email), reason)
    click.echo(f"Closed {person.email}.")


@user.command("reopen")
@click.argument("email")
@_reason
@in_instance
def user_reopen(email: str, reason: str) -> None:
    """Open a closed account again, with its roles, parties and password."""
    ready()
    person = acts.reopen_person(OPERATOR, people.person_by_email(email), reason)
    click.echo(f"Reopened {person.email}.")


@user.command("link")
@click.argument("email")
@in_instance
def user_link(email: str) -> None:
    """Print a link that signs the person in once."""
    ready()
    click.echo(address_of(service.issue_link(OPERATOR, people.person_by_email(email))))


@user.command("remove-second-factor")
@click.argument("email")
@in_instance
def user_remove_second_factor(email: str) -> None:
    """Take codes, passkeys and recovery codes off somebody who has lost them; they are told by mail."""
    ready()
    person = people.person_by_email(email)
    second_factor.remove_all(OPERATOR, person)
    click.echo(f"{person.email} signs in without a second factor now.")


@click.group()
def token() -> None:
    """Tokens for programs that use the API."""


@token.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What the token is for.")
@in_instance
def token_add(email: str, name: str) -> None:
    """Make a bearer token for a person; it is shown only now, as the last word."""
    ready()
    click.echo(f"Token {service.issue_token(OPERATOR, people.person_by_email(email), name)}")
