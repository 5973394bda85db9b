"""The process of a real OpenID Connect provider: Canaille with its backend in memory.

usage: python -m tests.signin.provider_process PORT RETURN_ADDRESS
"""

import sys

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from canaille.oidc import provider
from werkzeug.serving import make_server

from tests.signin.provider_settings import CLIENT, PASSWORD, PEOPLE, SECRET, STRAY


def _client(name: str, port: int, return_address: str) -> models.Client:
    return models.Client(
        client_id=name,
        client_secret=SECRET,
        client_name="Tracker",
        client_uri=f"http://127.0.0.1:{port}",
        redirect_uris=[return_address],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=["openid", "email", "profile"],
        token_endpoint_auth_method="client_secret_basic",
    )


def serve(port: int, return_address: str) -> None:
    """Be the provider until the process ends."""
    claims = provider.generate_user_claims

    def with_verification(user):
        # Canaille does not say whether it has verified an address; the larger providers do.
        said = claims(user)
        return said | {"email_verified": not said["email"].startswith("unverified")}

    provider.generate_user_claims = with_verification
    settings = {"DATABASE": "memory", "TIMEZONE": "UTC", "SMTP": None}
    app = create_app(
        config={
            "SECRET_KEY": "provider",
            "SERVER_NAME": f"127.0.0.1:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": settings,
            "CANAILLE_OIDC": {},
        },
    )
    with app.app_context():
        backend = Backend.instance
        for name in PEOPLE:
            backend.save(
                models.User(
                    user_name=name,
                    formatted_name=name,
                    family_name=name,
                    emails=[f"{name}@example.org"],
                    password=PASSWORD,
                )
            )
        ours, stray = (_client(name, port, return_address) for name in (CLIENT, STRAY))
        backend.save(ours)
        # What the stray client is given was made for somebody else.
        for client in (ours, stray):
            client.audience = [ours]
            backend.save(client)
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
