"""What `--rule`, `--bearer` and `--department` may name: only what the audit knows of."""

from compliance.model.audit import Audit
from compliance.model.problem import UserError
from compliance.yamldoc import did_you_mean, nearest


def check(audit: Audit, rule: str | None, bearer: str | None, department: str | None) -> None:
    """Raise UserError where a filter names what the audit does not know, with the nearest that it does."""
    if rule is not None:
        _rule(audit, rule)
    if bearer is not None:
        _bearer(audit, bearer)
    if department is not None:
        _department(audit, department)


def _rule(audit: Audit, rule: str) -> None:
    known = {*audit.rulebook, *(account.rule for account in audit.rules)}
    if rule not in known:
        advice = did_you_mean(rule, known) or "`compliance rules list` names the rules of shipped packs"
        raise UserError(f"--rule: this audit has no rule {rule}", help=advice)


def _bearer(audit: Audit, bearer: str) -> None:
    """Without a roster, whoever only did what was owed is not known by id: then nothing is refused."""
    known = {*audit.people, *(who for each in audit.findings for who in (each.bearer, each.responsible) if who)}
    if bearer in known or not audit.people:
        return
    ids = {person.name: person.id for person in audit.people.values()} | {each: each for each in known}
    near = nearest(bearer, ids)
    advice = _meant(near, ids[near]) if near else "ids stand in brackets behind the names in reports"
    raise UserError(f"--bearer: this audit knows nobody with the id {bearer}", help=advice)


def _meant(name: str, who: str) -> str:
    return f"did you mean `{who}`" + ("?" if name == who else f" ({name})?")


def _department(audit: Audit, department: str) -> None:
    """As with people, nothing is refused where neither a roster nor a finding tells of departments."""
    known = _departments(audit)
    if department in known or not (known or audit.people):
        return
    listed = f"there are: {', '.join(sorted(known))}" if known else "nobody on the roster is of one"
    advice = did_you_mean(department, known) or listed
    raise UserError(f"--department: this audit knows no department {department}", help=advice)


def _departments(audit: Audit) -> set[str]:
    told = (
        *(person.department for person in audit.people.values()),
        *(each.department for each in audit.findings),
        *(each.department for each in audit.incidents),
    )
    return {name for name in told if name}
