"""The portal where invoices are electronic documents."""
