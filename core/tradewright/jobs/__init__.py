"""Jobs, schedules and mail: what happens after commit. Exactly once in the database, with a key towards the outside."""

from tradewright.jobs.declare import Backoff, job, outside_job, schedule
from tradewright.jobs.mail import send_mail
from tradewright.jobs.work import GiveUp, Work

__all__ = ["Backoff", "GiveUp", "Work", "job", "outside_job", "schedule", "send_mail"]
