"""The floor: the bare rows of one order to cash in plain SQLAlchemy, without rules, prices, taxes or history."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from benchmarks.measure import measured


class Base(orm.DeclarativeBase):
    """The tables of the floor."""

    type_annotation_map = {Decimal: sa.Numeric(18, 4)}  # SQLAlchemy's way to say it


def _key() -> Any:
    return orm.mapped_column(primary_key=True)


def _of(target: str) -> Any:
    return orm.mapped_column(sa.ForeignKey(target), index=True)


class Product(Base):
    __tablename__ = "floor_product"
    id: orm.Mapped[int] = _key()
    price: orm.Mapped[Decimal]


class Level(Base):
    __tablename__ = "floor_level"
    id: orm.Mapped[int] = _key()
    product_id: orm.Mapped[int] = orm.mapped_column(index=True)
    on_hand: orm.Mapped[Decimal]
    reserved: orm.Mapped[Decimal]


class Order(Base):
    __tablename__ = "floor_order"
    id: orm.Mapped[int] = _key()
    number: orm.Mapped[str | None]
    state: orm.Mapped[str]
    total: orm.Mapped[Decimal]
    version: orm.Mapped[int] = orm.mapped_column()
    lines: orm.Mapped[list[Line]] = orm.relationship(back_populates="order")
    __mapper_args__ = {"version_id_col": version}


class Line(Base):
    __tablename__ = "floor_line"
    id: orm.Mapped[int] = _key()
    order_id: orm.Mapped[int] = _of("floor_order.id")
    order: orm.Mapped[Order] = orm.relationship(back_populates="lines")
    product_id: orm.Mapped[int]
    quantity: orm.Mapped[Decimal]
    price: orm.Mapped[Decimal]
    tax: orm.Mapped[Decimal]
    subtotal: orm.Mapped[Decimal]
    delivered: orm.Mapped[Decimal]
    invoiced: orm.Mapped[Decimal]


class Shipment(Base):
    __tablename__ = "floor_shipment"
    id: orm.Mapped[int] = _key()
    order_id: orm.Mapped[int]
    state: orm.Mapped[str]
    moves: orm.Mapped[list[Move]] = orm.relationship(back_populates="shipment")


class Move(Base):
    __tablename__ = "floor_move"
    id: orm.Mapped[int] = _key()
    shipment_id: orm.Mapped[int] = _of("floor_shipment.id")
    shipment: orm.Mapped[Shipment] = orm.relationship(back_populates="moves")
    line_id: orm.Mapped[int]
    product_id: orm.Mapped[int]
    quantity: orm.Mapped[Decimal]
    reserved: orm.Mapped[Decimal]
    state: orm.Mapped[str]


class Invoice(Base):
    __tablename__ = "floor_invoice"
    id: orm.Mapped[int] = _key()
    number: orm.Mapped[str | None]
    order_id: orm.Mapped[int]
    total: orm.Mapped[Decimal]
    lines: orm.Mapped[list[InvoiceLine]] = orm.relationship(back_populates="invoice")


class InvoiceLine(Base):
    __tablename__ = "floor_invoice_line"
    id: orm.Mapped[int] = _key()
    invoice_id: orm.Mapped[int] = _of("floor_invoice.id")
    invoice: orm.Mapped[Invoice] = orm.relationship(back_populates="lines")
    line_id: orm.Mapped[int]
    product_id: orm.Mapped[int]
    quantity: orm.Mapped[Decimal]
    price: orm.Mapped[Decimal]
    subtotal: orm.Mapped[Decimal]


class EntryLine(Base):
    __tablename__ = "floor_entry_line"
    id: orm.Mapped[int] = _key()
    invoice_id: orm.Mapped[int] = orm.mapped_column(index=True)
    account: orm.Mapped[int]
    debit: orm.Mapped[Decimal]
    credit: orm.Mapped[Decimal]


class Audit(Base):
    __tablename__ = "floor_audit"
    id: orm.Mapped[int] = _key()
    model: orm.Mapped[str]
    record: orm.Mapped[int]
    what: orm.Mapped[str]


class Series(Base):
    __tablename__ = "floor_series"
    id: orm.Mapped[int] = _key()
    name: orm.Mapped[str]
    next: orm.Mapped[int]


class Outbox(Base):
    __tablename__ = "floor_outbox"
    id: orm.Mapped[int] = _key()
    kind: orm.Mapped[str]


ZERO, TWO = Decimal(0), Decimal(2)


class Floor:
    """The floor on one database."""

    def __init__(self, url: str, products: int = 200) -> None:
        self.engine = sa.create_engine(url)
        self.session = orm.sessionmaker(self.engine)
        self.products = products
        Base.metadata.drop_all(self.engine)
        Base.metadata.create_all(self.engine)
        with self.session.begin() as session:
            made = [Product(price=Decimal("9.99")) for _number in range(products)]
            session.add_all([*made, Series(name="order", next=1), Series(name="invoice", next=1)])
            session.flush()
            session.add_all(Level(product_id=one.id, on_hand=Decimal(1_000_000), reserved=ZERO) for one in made)

    def close(self) -> None:
        """Drop the tables of the floor."""
        Base.metadata.drop_all(self.engine)
        self.engine.dispose()

    def milliseconds(self, orders: int, lines: int = 10) -> float:
        """Return the CPU milliseconds of one order, application and database together."""
        for number in range(10):
            self.run(number, lines)
        with measured(self.engine) as cost:
            for number in range(orders):
                self.run(number, lines)
        return cost.cpu_s / orders * 1000

    def run(self, number: int, lines: int) -> None:
        """Write the rows of one order in four transactions."""
        order_id = self._create(number, lines)
        self._confirm(order_id)
        self._ship(order_id)
        self._invoice(order_id)

    def _number(self, session: orm.Session, name: str) -> int:
        series = session.scalars(sa.select(Series).where(Series.name == name).with_for_update()).one()
        series.next += 1
        return series.next

    def _create(self, number: int, lines: int) -> int:
        with self.session.begin() as session:
            wanted = [(number * 7 + place * 3) % self.products + 1 for place in range(lines)]
            prices = {one.id: one.price for one in session.scalars(sa.select(Product).where(Product.id.in_(wanted)))}
            order = Order(state="draft", total=ZERO)
            order.lines = [
                Line(
                    product_id=one,
                    quantity=TWO,
                    price=prices[one],
                    tax=Decimal(21),
                    subtotal=prices[one] * 2,
                    delivered=ZERO,
                    invoiced=ZERO,
                )
                for one in wanted
            ]
            order.total = sum((line.subtotal for line in order.lines), ZERO)
            session.add(order)
            session.flush()
            session.add(Audit(model="order", record=order.id, what="create"))
            return order.id

    def _levels(self, session: orm.Session, needed: dict[int, Decimal]) -> list[Level]:
        query = sa.select(Level).where(Level.product_id.in_(needed)).order_by(Level.id).with_for_update()
        return list(session.scalars(query))

    def _confirm(self, order_id: int) -> None:
        with self.session.begin() as session:
            order = session.get_one(Order, order_id, options=[orm.selectinload(Order.lines)])
            needed: dict[int, Decimal] = {}
            for line in order.lines:
                needed[line.product_id] = needed.get(line.product_id, ZERO) + line.quantity
            for level in self._levels(session, needed):
                level.reserved += needed[level.product_id]
            moves = [
                Move(line_id=line.id, product_id=line.product_id, quantity=TWO, reserved=TWO, state="reserved")
                for line in order.lines
            ]
            session.add(Shipment(order_id=order_id, state="ready", moves=moves))
            order.number, order.state = f"SO{self._number(session, 'order')}", "confirmed"
            session.add_all([Audit(model="order", record=order_id, what="confirm"), Outbox(kind="mail")])

    def _ship(self, order_id: int) -> None:
        with self.session.begin() as session:
            query = sa.select(Shipment).where(Shipment.order_id == order_id).options(orm.selectinload(Shipment.moves))
            shipment = session.scalars(query).one()
            needed: dict[int, Decimal] = {}
            for move in shipment.moves:
                needed[move.product_id] = needed.get(move.product_id, ZERO) + move.quantity
                move.state = "done"
            for level in self._levels(session, needed):
                level.on_hand -= needed[level.product_id]
                level.reserved -= needed[level.product_id]
            for line in session.scalars(sa.select(Line).where(Line.order_id == order_id)):
                line.delivered = line.quantity
            shipment.state = "done"
            session.add_all([Audit(model="shipment", record=shipment.id, what="done"), Outbox(kind="mail")])

    def _invoice(self, order_id: int) -> None:
        with self.session.begin() as session:
            order = session.get_one(Order, order_id, options=[orm.selectinload(Order.lines)])
            invoice = Invoice(order_id=order_id, total=order.total)
            invoice.lines = [
                InvoiceLine(
                    line_id=line.id,
                    product_id=line.product_id,
                    quantity=line.quantity,
                    price=line.price,
                    subtotal=line.subtotal,
                )
                for line in order.lines
            ]
            for line in order.lines:
                line.invoiced = line.quantity
            session.add(invoice)
            session.flush()
            revenue = [
                EntryLine(invoice_id=invoice.id, account=400, debit=ZERO, credit=line.subtotal) for line in order.lines
            ]
            session.add_all(
                [
                    *revenue,
                    EntryLine(invoice_id=invoice.id, account=120, debit=order.total, credit=ZERO),
                    EntryLine(invoice_id=invoice.id, account=230, debit=ZERO, credit=ZERO),
                ]
            )
            invoice.number = f"INV{self._number(session, 'invoice')}"
            session.add_all([Audit(model="invoice", record=invoice.id, what="post"), Outbox(kind="mail")])
