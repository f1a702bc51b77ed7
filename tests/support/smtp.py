"""A mail server on this machine that keeps what it gets and misbehaves when told to."""

import asyncio
import email
import email.policy
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Answer = Literal["accept", "refuse", "reset", "accept then reset"]


@dataclass(frozen=True)
class Received:
    """One mail as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain text part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part."""
        return self._part("html")

    def _part(self, kind: Literal["plain", "html"]) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        content: str = part.get_content() if part is not None else ""
        return content.replace("\r\n", "\n")


@dataclass
class SmtpPeer:
    """The mail server: where it listens, what it received, how it answers the next mail.

    `accept then reset` is the ambiguous case: the mail is taken, but its sender never hears so.
    """

    host: str = "127.0.0.1"
    port: int = 0
    answer: Answer = "accept"
    refusal: str = "550 5.1.1 No such mailbox"
    delay: float = 0.0
    messages: list[Received] = field(default_factory=list)

    def to(self, address: str) -> list[Received]:
        """Return the mails to an address, oldest first."""
        return [received for received in self.messages if address in received.recipients]

    def behave(self) -> None:
        """Forget the mails and answer properly again."""
        self.messages.clear()
        self.answer, self.delay, self.refusal = "accept", 0.0, type(self).refusal

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        """Answer one mail (the name is aiosmtpd's)."""
        await asyncio.sleep(self.delay)
        if self.answer == "refuse":
            return self.refusal
        if self.answer != "reset":
            self.messages.append(_received(envelope))
        if self.answer != "accept" and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "250 2.0.0 Taken"


class _Controller(Controller):
    """A controller that lets the system choose the port, which aiosmtpd's own can't."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def start(peer: SmtpPeer) -> Controller:
    """Start the server of a peer; `stop()` of the result ends it."""
    controller = _Controller(peer, hostname=peer.host, port=0)
    controller.start()
    peer.port = controller.port
    return controller


def _received(envelope: Envelope) -> Received:
    content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return Received(envelope.mail_from or "", tuple(str(address) for address in envelope.rcpt_tos), message)
