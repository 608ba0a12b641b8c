"""Put on PYTHONPATH, it refuses every connection that leaves this machine and writes down who tried.

Child processes inherit it. ASSISTANT_TEST_NETWORK_LOG names the file of attempts.
"""

import os
import socket
import traceback

LOOPBACK = {"127.0.0.1", "::1", "localhost", None, ""}


def _refuse(what: object) -> None:
    with open(os.environ["ASSISTANT_TEST_NETWORK_LOG"], "a", encoding="utf-8") as log:  # noqa: PTH123
        log.write(f"{what}\n{''.join(traceback.format_stack(limit=12))}\n")
    raise OSError(f"the network is refused in this test: {what}")


def _guard(name: str) -> None:
    real = getattr(socket.socket, name)

    def guarded(self: socket.socket, address: object, *rest: object) -> object:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:  # type: ignore[index]
            _refuse(address)
        return real(self, address, *rest)

    setattr(socket.socket, name, guarded)


_guard("connect")
_guard("connect_ex")

_resolve = socket.getaddrinfo


def _guarded_resolve(host: object, *rest: object, **named: object) -> object:
    if host not in LOOPBACK:
        _refuse(host)
    return _resolve(host, *rest, **named)  # type: ignore[arg-type]


socket.getaddrinfo = _guarded_resolve  # type: ignore[assignment]
