"""A process that has all loaded and forks, for each line that it reads, a server of the pages; for tests that kill.

    python warm.py REGISTER LOGIN

It prints its port, a session's cookie and token, then for each line of input the id of the server that it started, and
for the next line that the server has ended.
"""

import os
import sys
import time
from datetime import datetime
from pathlib import Path
from socket import create_server

import uvicorn

from compliance.register.cases import all_cases
from compliance.review.accounts import accounts
from compliance.review.app import app
from compliance.review.desk import COOKIE, Desk
from compliance.review.sessions import Sessions
from compliance.workspace.manifest import Calendar


def main() -> None:
    """Serve until the input ends."""
    register, login = Path(sys.argv[1]), sys.argv[2]
    sessions = Sessions(time.monotonic)
    desk = Desk(register, "The house", Calendar(), sessions, lambda: datetime(2026, 3, 17, 9))  # noqa: DTZ001 local
    cookie = sessions.begin(login, accounts(register)[login].hash)
    all_cases(register)
    session = sessions.get(cookie)
    with create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], f"{COOKIE}={cookie}", session.csrf if session else "", flush=True)  # noqa: T201
        for _ in sys.stdin:
            child = os.fork()
            if not child:
                config = uvicorn.Config(app(desk), log_level="critical", access_log=False, ws="none")
                uvicorn.Server(config).run([listening])
                os._exit(0)
            print(child, flush=True)  # noqa: T201
            os.waitpid(child, 0)


if __name__ == "__main__":
    main()
