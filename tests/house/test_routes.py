"""Every route says who may open it."""

from tracker.core.permissions import Permission, _rules
from tracker.core.routes import LIBRARY_ENDPOINTS, classification


def test_every_route_is_classified(app):
    open_ends = [rule.rule for rule in app.url_map.iter_rules() if classification(app, rule.endpoint) is None]
    assert open_ends == []


def test_every_permission_has_a_rule(app):
    assert [p for p in Permission if p not in _rules] == []


def test_library_endpoints_are_those_that_exist(app):
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert [name for name in LIBRARY_ENDPOINTS if name not in known] == []


def test_a_route_that_nobody_classified_is_refused(app, visit, make):
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert visit(make.person("administrator")).browser.get("/forgotten", status="*").status_int == 403
    assert "open" not in visit().browser.get("/forgotten", status="*").text


def test_addresses_are_kebab_case(app):
    odd = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in ("static", "security.static")
        and any(
            c.isupper() or c == "_"
            for c in "".join(p for i, p in enumerate(rule.rule.replace(">", "<").split("<")) if i % 2 == 0)
        )
    ]
    assert odd == []
