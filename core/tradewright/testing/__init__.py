"""What tests build on, ours and those of addons elsewhere: sites, factories, a client, statement counts."""

from tradewright.testing.sites import SiteFactory, Template
from tradewright.testing.statements import Statements, count_statements

__all__ = ["SiteFactory", "Statements", "Template", "count_statements"]
