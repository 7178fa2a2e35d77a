"""A HylaFAX server that takes jobs and keeps them: as much of its protocol as `sendfax` speaks."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Job:
    """What a client has asked for."""

    parameters: dict[str, str]
    documents: list[bytes]


@dataclass
class Server:
    """Where it listens, and what it has been given."""

    port: int
    jobs: list[Job] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Server]:
    """Listen on loopback until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])
        thread = threading.Thread(target=_accept, args=(listener, server), daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _accept(listener: socket.socket, server: Server) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            _converse(connection, server)


def _converse(connection: socket.socket, server: Server) -> None:
    with connection.makefile("rwb") as stream:

        def say(text: str) -> None:
            stream.write(f"{text}\r\n".encode())
            stream.flush()

        say("220 fax.example.org server (HylaFAX (tm) Version 6.0.7) ready.")
        where, job = ("", 0), Job({}, [])
        for line in stream:
            command, _, rest = line.decode().strip().partition(" ")
            match command.upper():
                case "USER":
                    say("230 User logged in.")
                case "EPRT":
                    _, _, host, port, _ = rest.split("|")
                    where = host, int(port)
                    say("200 EPRT command successful.")
                case "STOT" | "STOU":
                    say("150 FILE: /tmp/doc1.1 (Opening new data connection).")
                    job.documents.append(_received(where))
                    say("226 Transfer complete (FILE: /tmp/doc1.1).")
                case "JNEW":
                    say("200 New job created: jobid: 1 groupid: 1.")
                case "JPARM":
                    name, _, value = rest.partition(" ")
                    job.parameters[name] = value.strip('"')
                    say("213 ok.")
                case "JSUBM":
                    server.jobs.append(job)
                    where, job = ("", 0), Job({}, [])
                    say("200 Job 1 submitted.")
                case _:
                    say("200 ok.")


def _received(where: tuple[str, int]) -> bytes:
    with socket.create_connection(where) as source:
        return b"".join(iter(lambda: source.recv(65536), b""))
