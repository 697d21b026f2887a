"""Records that nobody on the project wrote, with counts that can be checked."""

from decimal import Decimal

from tests.workspace.taken import Taken, real, take_in

from compliance.workspace.sql import query, table


def asked(taken: Taken, question: str, name: str) -> list[tuple[object, ...]]:
    """The answer to a question about one table."""
    found = taken.engine.fetch(query(question).from_(table(taken.books.tables[name].relation)))
    return [tuple(row.values()) for row in found.to_pylist()]


def test_northwind() -> None:
    taken = take_in(
        real("northwind"),
        """
        timezone: America/New_York
        tables:
          employees:
            source: northwind/northwind.sqlite::Employees
            columns: {employee_id: EmployeeID, name: "FirstName || ' ' || LastName", superior_id: ReportsTo}
          orders:
            source: northwind/northwind.sqlite::Orders
            columns:
              order_id: OrderID
              employee_id: EmployeeID
              client_id: CustomerID
              placed_at: OrderDate
              required_on: RequiredDate
              shipped_on: ShippedDate
              late: "ShippedDate > RequiredDate"
          order_lines:
            source: northwind/northwind.sqlite::Order Details
            key: [OrderID, ProductID]
            columns: {order_id: OrderID, product_id: ProductID, discount: "round(Discount * 100, 2)"}
          products:
            source: northwind/northwind.sqlite::Alphabetical list of products
            columns: {product_id: ProductID}
        """,
    )
    read = {account.table: (account.read, account.accepted, account.rejected) for account in taken.books.accounts}
    assert read == {
        "employees": (9, 9, 0),
        "orders": (830, 830, 0),
        "order_lines": (2155, 2155, 0),
        "products": (69, 69, 0),
    }
    assert asked(taken, "select count(*) filter (where late), count(*) filter (where late is null)", "orders") == [
        (37, 21)
    ]
    lines = "select count(*) filter (where discount > 15), max(_key), max(discount), count(_bearer), count(_at)"
    assert asked(taken, lines, "order_lines") == [(315, "11077 / 8", Decimal(25), 2155, 2155)]
    assert taken.types("orders")["Freight"] == "decimal"
    assert taken.rows("employees", "employee_id", "name", "superior_id")[:2] == [
        ("1", "Nancy Davolio", "2"),
        ("2", "Andrew Fuller", None),
    ]


def test_adventureworks() -> None:
    taken = take_in(
        real("adventureworks_purchasing"),
        """
        tables:
          purchase_orders:
            source: adventureworks_purchasing/PurchaseOrderHeader.csv
            header: false
            delimiter: "\\t"
            names: [purchase_id, revision, status, employee_id, vendor_id, ship_method, ordered_at, shipped_at,
                    subtotal, tax, freight, total, modified]
            key: purchase_id
            at: ordered_at
            bearer: employee_id
          lines:
            source: adventureworks_purchasing/PurchaseOrderDetail.csv
            header: false
            delimiter: "\\t"
            names: [purchase_id, line_id, due_at, ordered_qty, product_id, unit_price, line_total, received_qty,
                    rejected_qty, stocked_qty, modified]
            key: line_id
            at: purchase.ordered_at
        """,
    )
    assert [(each.read, each.rejected) for each in taken.books.accounts] == [(4012, 0), (8845, 0)]
    rejected = (
        "select count(*) filter (where status = 3), count(*) filter (where status = 3 and shipped_at is not null)"
    )
    assert asked(taken, rejected, "purchase_orders") == [(86, 86)]
    short = "select count(*) filter (where received_qty < ordered_qty), count(_at)"
    assert asked(taken, short, "lines") == [(380, 8845)]
    assert taken.types("lines")["unit_price"] == "decimal"
    assert taken.types("lines")["received_qty"] == "integer"


def test_traffic_fines_have_two_part_keys_and_mostly_no_bearer() -> None:
    taken = take_in(
        real("traffic_fines"),
        """
        tables:
          fines:
            source: traffic_fines/traffic_fines_10000.csv
            columns: {at: timestamp}
            key: [case_id, activity_instance_id]
            at: at
            bearer: resource
        """,
    )
    account = taken.account("fines")
    assert (account.read, account.accepted, account.repeated) == (34724, 34724, 0)
    assert taken.books.tables["fines"].columns["amount"].value == "money"


def test_international_declarations_keep_the_instant() -> None:
    taken = take_in(
        real("international_declarations"),
        """
        timezone: Europe/Amsterdam
        tables:
          events:
            source: international_declarations/*.parquet
            columns: {case: "case:concept:name", step: "concept:name", at: "time:timestamp"}
            key: [case, id]
            at: at
        """,
    )
    account = taken.account("events")
    assert (account.read, account.accepted, account.repeated) == (72151, 72151, 0)
    hours = "select count(distinct _at - _instant), min(date_diff('hour', _instant, _at)), max(at) = max(_at)"
    assert asked(taken, hours, "events") == [(2, 1, True)]
