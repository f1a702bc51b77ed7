"""The portal where invoices are kept."""
