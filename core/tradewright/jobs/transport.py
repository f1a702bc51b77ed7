"""The way of a message to the mail server, with every wait bounded, and what its answers mean."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any, Protocol

from tradewright.base.settings import MailSettings

ANSWER_SECONDS = 20.0
"""How long the server may be silent."""
WHOLE_SECONDS = 120.0
"""How long a delivery may take in all, however slowly the server drips its answers."""
_TAKEN = 250
_RECIPIENT_TAKEN = (250, 251)
_PERMANENT = 500


class Refused(Exception):
    """The mail server will never take this mail as it is; the words are its own."""


class Unreachable(Exception):
    """The mail server could not take the mail now; a later attempt may succeed."""


class Unheard(Exception):
    """The content was on its way and no answer came: the mail server may have taken the mail, or not."""


class Transport(Protocol):
    """A way out for mail."""

    name: str

    def deliver(self, message: EmailMessage, committed: Callable[[], None], /) -> str:
        """Hand the message over; return a remark, empty if there is none. Raises `Refused`, `Unreachable` or `Unheard`.

        `committed` is called at the last moment at which the message is surely not sent yet.
        """
        ...


class MailboxTransport:
    """Leaves the mail where it is: in the mailbox page of the site."""

    name = "mailbox"

    def deliver(self, message: EmailMessage, committed: Callable[[], None]) -> str:  # noqa: ARG002 - the protocol's
        """Do nothing: the stored mail is the delivered one."""
        return ""


class SmtpTransport:
    """Sends by SMTP: one connection a mail, encrypted as the settings say, no fallback to plain text."""

    name = "smtp"

    def __init__(self, settings: MailSettings, *, answer: float = ANSWER_SECONDS, whole: float = WHOLE_SECONDS) -> None:
        self._settings = settings
        self._answer = answer
        self._whole = whole

    def deliver(self, message: EmailMessage, committed: Callable[[], None]) -> str:
        """Hand the message to the mail server; the remark names recipients that it refused."""
        with _judging(Unreachable), self._connection() as connection:
            connection.ehlo_or_helo_if_needed()
            refused = _envelope(connection, message)
            committed()
            with _judging(Unheard):
                answer = connection.data(message.as_bytes())
                if answer[0] != _TAKEN:
                    raise _judged([answer])
        return "; ".join(f"{address}: {_words(words)}" for address, words in sorted(refused.items()))

    @contextmanager
    def _connection(self) -> Generator[smtplib.SMTP]:
        settings = self._settings
        context = ssl.create_default_context() if settings.security != "none" else None
        if settings.security == "tls":
            connection: _Limited = _LimitedTls(
                self._whole, settings.host, settings.port, timeout=self._answer, context=context
            )
        else:
            connection = _Limited(self._whole, settings.host, settings.port, timeout=self._answer)
        try:
            if settings.security == "starttls":
                connection.starttls(context=context)
            if settings.user:
                connection.login(settings.user, settings.password)
            yield connection
            with suppress(smtplib.SMTPException, OSError):
                # The mail is the server's by now; a bad farewell must not send it again.
                connection.quit()
        finally:
            connection.limit.cancel()
            connection.close()


class _Limited(smtplib.SMTP):
    """A connection that is cut after a time, whatever it is doing."""

    def __init__(self, whole: float, *arguments: Any, **options: Any) -> None:
        self.limit = threading.Timer(whole, self._cut)
        self.limit.daemon = True
        self.limit.start()
        try:
            # Connects at once, and waits for the server's greeting.
            super().__init__(*arguments, **options)
        except BaseException:
            self.limit.cancel()
            raise

    def _cut(self) -> None:
        with suppress(OSError):
            if (sock := getattr(self, "sock", None)) is not None:
                sock.shutdown(socket.SHUT_RDWR)


class _LimitedTls(_Limited, smtplib.SMTP_SSL):
    """The same, encrypted from the start."""


def _envelope(connection: smtplib.SMTP, message: EmailMessage) -> dict[str, tuple[int, bytes]]:
    """Name sender and recipients; return the recipients that the server refuses while it takes others."""
    sender, recipients = (
        [address for _name, address in getaddresses([str(message[header])])] for header in ("From", "To")
    )
    answer = connection.mail(sender[0])
    if answer[0] != _TAKEN:
        raise _judged([answer])
    answers = {recipient: connection.rcpt(recipient) for recipient in recipients}
    refused = {recipient: answer for recipient, answer in answers.items() if answer[0] not in _RECIPIENT_TAKEN}
    if len(refused) == len(answers):
        raise _judged(list(refused.values()))
    return refused


@contextmanager
def _judging(otherwise: type[Exception]) -> Generator[None]:
    """Turn the errors of the mail library into what they mean for the mail."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise _judged([(error.smtp_code, _bytes(error.smtp_error))]) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Refused(f"it does not offer what the settings ask for: {error}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise otherwise(f"The mail server gave no answer ({type(error).__name__}: {error}).") from error


def _judged(answers: list[tuple[int, bytes]]) -> Refused | Unreachable:
    """Tell by the codes: 5xx is for good, but one recipient that may work later is worth another attempt."""
    words = "; ".join(_words(answer) for answer in answers)
    if all(code >= _PERMANENT for code, _text in answers):
        return Refused(words)
    return Unreachable(f"The mail server does not take the mail now: {words}")


def _words(answer: tuple[int, bytes]) -> str:
    return f"{answer[0]} {answer[1].decode('utf-8', 'replace')}"[:300]


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text


def transport_for(settings: MailSettings) -> Transport:
    """Return the way out that the settings describe: SMTP if they name a host, else the mailbox."""
    return SmtpTransport(settings) if settings.host else MailboxTransport()
