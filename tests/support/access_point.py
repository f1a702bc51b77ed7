"""A reference access point on this machine: keeps the contract of access-point.md, or breaks it when told."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from werkzeug import Request, Response
from werkzeug.serving import BaseWSGIServer, make_server

Answer = Literal["accept", "refuse", "busy", "forbidden", "accept then reset", "garbage", "redirect", "drip"]
TOKEN = "token-of-the-access-point"
SECRET = "secret-of-the-webhook"


@dataclass
class AccessPointPeer:
    """The access point: what it got, what it has for us, and how it answers the next submissions.

    `accept then reset` is the ambiguous case: the document is taken, but its sender never hears so. Without
    `remembers` it does not know keys again, as a bad gateway would not.
    """

    port: int = 0
    answers: deque[Answer] = field(default_factory=deque)
    delay: float = 0.0
    remembers: bool = True
    status: str = "accepted"
    documents: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    server: BaseWSGIServer | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def keys(self) -> list[str]:
        """The keys of the documents that went out into the network, one for each time."""
        return [one["key"] for one in self.documents]

    def signed(self, body: bytes, moment: float | None = None, secret: str = SECRET) -> dict[str, str]:
        """The headers of a call to us."""
        at = str(int(moment if moment is not None else time.time()))
        mark = hmac.digest(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hex()
        return {"X-Signature": f"t={at},v1={mark}", "Content-Type": "application/json"}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self.asked.append(f"{request.method} {request.path}")
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _json({"error": "unauthorized"}, 401)(environ, start_response)
        time.sleep(self.delay)
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.method == "POST" and request.path == "/v1/documents":
            return self._submit(request)
        if request.path.startswith("/v1/documents/"):
            found = self._known(request.path.rpartition("/")[2])
            return _json({"error": "unknown key"}, 404) if found is None else _json(self._told(found))
        if request.path == "/v1/messages":
            return self._messages(request)
        return _json({"error": "not found"}, 404)

    def _submit(self, request: Request) -> Response:
        answer: Answer = self.answers.popleft() if self.answers else "accept"
        said = json.loads(request.get_data())
        assert request.headers["Idempotency-Key"] == said["key"]
        content = base64.b64decode(said["content"])
        assert hashlib.sha256(content).hexdigest() == said["sha256"]
        match answer:
            case "refuse":
                return _json({"error": "the recipient is not known"}, 422)
            case "busy":
                return _json({"error": "busy"}, 503)
            case "forbidden":
                return _json({"error": "forbidden"}, 403)
            case "redirect":
                return Response(status=302, headers={"Location": "http://127.0.0.2:1/"})
        known = self._known(said["key"]) if self.remembers else None
        if known is not None and known["sha256"] != said["sha256"]:
            return _json({"error": "this key belongs to another document"}, 409)
        if known is None:
            self.documents.append({**said, "content": content})
        if answer == "accept then reset":
            _hang_up(request)
        if answer == "garbage":
            return Response("<html>", content_type="text/html")
        return _json(self._told(said), 202)

    def _messages(self, request: Request) -> Response:
        after, limit = int(request.args.get("after") or 0), int(request.args["limit"])
        page = self.messages[after : after + limit]
        return _json({"messages": page, "next": str(after + len(page))})

    def _known(self, key: str) -> dict[str, Any] | None:
        return next((one for one in self.documents if one["key"] == key), None)

    def _told(self, one: dict[str, Any]) -> dict[str, Any]:
        return {"id": f"net-{one['key']}", "key": one["key"], "status": self.status}


def _json(data: object, status: int = 200) -> Response:
    return Response(json.dumps(data), status=status, content_type="application/json")


def _hang_up(request: Request) -> None:
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)


def start(peer: AccessPointPeer) -> None:
    """Let a peer listen on a free port, in a thread."""
    peer.server = make_server("127.0.0.1", 0, peer, threaded=True)
    peer.port = peer.server.server_port
    threading.Thread(target=peer.server.serve_forever, args=(0.02,), daemon=True, name="access-point").start()


def stop(peer: AccessPointPeer) -> None:
    """End it."""
    if peer.server is not None:
        peer.server.shutdown()
        peer.server.server_close()
