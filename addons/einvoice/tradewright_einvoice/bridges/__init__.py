"""What einvoice does together with other addons."""
