"""A little IMAP server for tests: one mailbox, LOGIN, SELECT, UID SEARCH and UID FETCH, nothing more."""

from __future__ import annotations

import re
import socketserver
import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass
class ImapPeer:
    """The mailbox: messages by UID, the account, and the commands that were sent."""

    messages: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    login: tuple[str, str] = ("bills", "secret")
    host: str = "127.0.0.1"
    port: int = 0
    commands: list[str] = field(default_factory=list)
    server: Any = None


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        peer: ImapPeer = self.server.peer  # type: ignore[attr-defined]
        self._say("* OK ready")
        for raw in self.rfile:
            tag, _blank, command = raw.decode("ascii", "replace").strip().partition(" ")
            peer.commands.append(command.split(" ")[0])
            if command.upper().startswith("LOGIN"):
                wanted = f"{peer.login[0]} {peer.login[1]}"
                given = command[6:].replace('"', "")
                self._say(f"{tag} {'OK in' if given == wanted else 'NO wrong'}")
            elif command.upper() == "CAPABILITY":
                self._say("* CAPABILITY IMAP4rev1")
                self._say(f"{tag} OK done")
            elif command.upper().startswith(("SELECT", "EXAMINE")):
                self._say(f"* {len(peer.messages)} EXISTS")
                self._say(f"* OK [UIDVALIDITY {peer.validity}] valid")
                self._say(f"{tag} OK [READ-ONLY] done")
            elif command.upper().startswith("UID SEARCH"):
                first = int(re.findall(r"UID (\d+):", command)[-1])
                last = max(peer.messages, default=0)
                found = sorted(uid for uid in peer.messages if uid >= first or uid == last)
                self._say("* SEARCH " + " ".join(map(str, found)))
                self._say(f"{tag} OK done")
            elif command.upper().startswith("UID FETCH"):
                self._fetch(peer, tag, command)
            elif command.upper() == "LOGOUT":
                self._say("* BYE")
                self._say(f"{tag} OK done")
                return
            else:
                self._say(f"{tag} BAD what")

    def _fetch(self, peer: ImapPeer, tag: str, command: str) -> None:
        uid = int(command.split()[2])
        content = peer.messages[uid]
        if "RFC822.SIZE" in command.upper():
            self._say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(content)})")
        else:
            self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n")
        self._say(f"{tag} OK done")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def start(peer: ImapPeer) -> None:
    """Listen at a free port."""
    server = _Server((peer.host, 0), _Handler)
    server.peer = peer  # type: ignore[attr-defined]
    peer.server, peer.port = server, server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


def stop(peer: ImapPeer) -> None:
    """Stop listening."""
    peer.server.shutdown()
    peer.server.server_close()
