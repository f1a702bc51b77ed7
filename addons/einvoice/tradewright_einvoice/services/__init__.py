"""From a posted invoice to an e-invoice that is built, checked, archived and sent."""
