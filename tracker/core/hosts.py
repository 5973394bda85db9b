"""Under which names Tracker answers, which proxies it believes, and where whole addresses begin."""

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit, urlunsplit

from flask import Flask, Request, Response, current_app, request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import MapAdapter, RequestRedirect
from werkzeug.sansio.utils import host_is_trusted

from tracker.core.errors import TrackerError

#: Names that a machine gives itself.
LOOPBACK = ("localhost",)


class UnknownHost(TrackerError):
    """A request that calls Tracker by a name that is not its own."""

    status = 400


def base_parts(address: str) -> SplitResult:
    """The parts of the base address; raises ValueError naming the setting when it is none."""
    try:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise ValueError(
        f"TRACKER_BASE_URL: write a whole address, such as https://tracker.example.org, not {address!r}"
    )


def absolute(path: str = "/") -> str:
    """The whole address of a path within Tracker: it begins with `TRACKER_BASE_URL`, whoever asks."""
    base: str = current_app.config["TRACKER_BASE_URL"]
    return f"{base.rstrip('/')}/{path.lstrip('/')}"


def _is_numeric(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def is_ours(host: str, names: tuple[str, ...]) -> bool:
    """Whether a request for `host` (with or without a port) is meant for this Tracker.

    An address in numbers always is: it takes a name to point somebody's browser here without their knowing,
    and an installation must be reachable in a local network before anybody has given it a name.
    """
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return bool(name) and (_is_numeric(name) or host_is_trusted(host.lower(), names))


def known_names(app: Flask) -> tuple[str, ...]:
    """The names that Tracker answers to; one that begins with a dot stands for all that end with it."""
    listed = (name.strip().lower() for name in app.config["TRACKER_HOSTS"].split(","))
    own = base_parts(app.config["TRACKER_BASE_URL"]).hostname or ""
    return (own, *LOOPBACK, *(name for name in listed if name))


def _refuse_strangers() -> None:
    # Not through Flask's TRUSTED_HOSTS: that knows no addresses in numbers, and refuses so early that no page
    # can be made any more which says what to do.
    if not is_ours(request.host, current_app.extensions["tracker_names"]):
        raise UnknownHost(
            _l(
                "Tracker does not answer to the name in this address. Open it under its own address. "
                "Whoever runs it can allow more names with the setting TRACKER_HOSTS."
            )
        )


def _begin_with_the_base(app: Flask) -> None:
    """Let every whole address begin with the base, never with what the request calls us."""
    base = base_parts(app.config["TRACKER_BASE_URL"])
    make: Callable[[Request | None], MapAdapter | None] = app.create_url_adapter

    def adapter_for(request: Request | None) -> MapAdapter | None:
        try:
            adapter = make(request)
        except BadRequest:
            # What cannot be a name at all; the page that refuses it has addresses to write all the same.
            adapter = None
        adapter = adapter or app.url_map.bind(base.netloc)
        adapter.server_name, adapter.url_scheme = base.netloc, base.scheme
        return adapter

    app.create_url_adapter = adapter_for  # type: ignore[method-assign]


def _stay_here(response: Response) -> Response:
    """Keep the router's own redirects (a slash too few) on the host that was asked, as all others are."""
    if isinstance(request.routing_exception, RequestRedirect) and response.location:
        parts = urlsplit(response.location)
        response.location = urlunsplit(("", "", parts.path, parts.query, ""))
    return response


def init_hosts(app: Flask) -> None:
    """Believe as many proxies as the setting says, and refuse requests that are not meant for us."""
    app.extensions["tracker_names"] = known_names(app)
    _begin_with_the_base(app)
    app.before_request(_refuse_strangers)
    app.after_request(_stay_here)
    hops = app.config["TRACKER_TRUSTED_PROXIES"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
