"""What stock does together with addons that may be missing."""
