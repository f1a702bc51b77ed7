"""Units as they stand beside a quantity: "1 pc", "12 pcs", "3 boxes", "2.5 kg"."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tradewright.i18n import Text, _n

_FORMS: dict[tuple[str, str], Callable[[int], Text]] = {
    ("H87", "Piece"): lambda n: _n("pc", "pcs", n),
    ("C62", "Piece"): lambda n: _n("pc", "pcs", n),
    ("PR", "Pair"): lambda n: _n("pair", "pairs", n),
    ("SET", "Set"): lambda n: _n("set", "sets", n),
    ("CEN", "Hundred"): lambda n: _n("hundred", "hundreds", n),
    ("XBX", "Box"): lambda n: _n("box", "boxes", n),
    ("XPX", "Pallet"): lambda n: _n("pallet", "pallets", n),
    ("XRO", "Roll"): lambda n: _n("roll", "rolls", n),
    ("GRM", "Gram"): lambda n: _n("g", "g", n),
    ("KGM", "Kilogram"): lambda n: _n("kg", "kg", n),
    ("TNE", "Tonne"): lambda n: _n("t", "t", n),
    ("MMT", "Millimetre"): lambda n: _n("mm", "mm", n),
    ("CMT", "Centimetre"): lambda n: _n("cm", "cm", n),
    ("MTR", "Metre"): lambda n: _n("m", "m", n),
    ("MTK", "Square metre"): lambda n: _n("m²", "m²", n),
    ("MLT", "Millilitre"): lambda n: _n("ml", "ml", n),
    ("LTR", "Litre"): lambda n: _n("l", "l", n),
    ("MTQ", "Cubic metre"): lambda n: _n("m³", "m³", n),
    ("MIN", "Minute"): lambda n: _n("min", "min", n),
    ("HUR", "Hour"): lambda n: _n("h", "h", n),
    ("DAY", "Day"): lambda n: _n("day", "days", n),
}


def counted(code: str, name: str, quantity: Decimal) -> Text | None:
    """Return the word for a unit beside a quantity: the usual short form, in the number that the quantity needs.

    `code` and `name` are the unit's UN/ECE code and its name in the source language. A unit that is ours no more,
    because somebody made or renamed it, has no short form (None): its own name says what it is.
    """
    form = _FORMS.get((code, name))
    if form is None:
        return None
    whole = quantity == quantity.to_integral_value()
    # What is not whole takes the plural, as "1.5 boxes" does.
    return form(int(abs(quantity)) if whole else 2)
