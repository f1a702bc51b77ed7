"""Finding products by what people type: number, barcode, or name in the language of whoever looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.orm import or_

from ..models.product import Product

if TYPE_CHECKING:
    from tradewright.orm import ColumnElement, Env


def says(env: Env, word: str) -> ColumnElement[bool]:
    """Tell whether a product's number or name has the word in it, in upper or lower case, or its barcode is the word.

    The name is searched in the language of the unit of work and in the source language, which is what is shown where
    there is no translation. Other languages are not: nobody understands why "Bohrer" finds a Dutch article.
    """
    product: Any = env[Product]
    return or_(
        product.sku.icontains(word, autoescape=True),
        product.name_source.icontains(word, autoescape=True),
        product.name_i18n[env.language].as_string().icontains(word, autoescape=True),
        product.barcode == word,
    )
