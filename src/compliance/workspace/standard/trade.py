"""The standard tables of trade: contracts, orders, products, stock and money."""

from compliance.workspace.standard.table import StandardTable, table

TABLES: tuple[StandardTable, ...] = (
    table(
        "outputs",
        "What was made, of which product, and who was in charge of it.",
        "output_id employee_id product_id at quantity",
        at="at",
    ),
    table(
        "contracts",
        "Contracts with clients, their terms and their state.",
        "contract_id client_id employee_id kind status agreed_at signed_on closed_at signed_by amount margin "
        "price_type deferral_days product_id "
        "special_terms",
        at="signed_on",
    ),
    table(
        "contract_stages",
        "The stages that a contract went through.",
        "stage_id contract_id stage at ended_at employee_id",
        at="at",
    ),
    table(
        "obligations",
        "What either party of a contract owes, and by when.",
        "obligation_id contract_id party what quantity due_on performer_id department_id fulfilled_at",
        at="due_on",
        bearer="contract.employee_id",
        bearer_where="party = 'own'",
        ahead=True,
    ),
    table(
        "deliveries",
        "What was delivered against an obligation.",
        "delivery_id obligation_id done_at quantity accepted",
        at="done_at",
    ),
    table(
        "orders",
        "Orders of clients, from placing to shipping.",
        "order_id employee_id client_id contract_id placed_at required_on shipped_on confirmed_at price_type "
        "deferral_days amount",
        at="placed_at",
    ),
    table(
        "order_lines",
        "The lines of an order: product, quantity, discount.",
        "line_id order_id product_id quantity list_price discount promised_on discount_kind handed_to in_stock",
        at="order.placed_at",
        bearer="order.employee_id",
    ),
    table(
        "products",
        "What is sold.",
        "product_id name category created_at owner_id demo lead_time_days margin",
    ),
    table(
        "analogues",
        "Which product can stand for which.",
        "pair_id product_id analogue_id",
        refs={"analogue_id": "products"},
    ),
    table(
        "stock_moves",
        "What came into a store and what left it.",
        "move_id product_id store at quantity",
        at="at",
    ),
    table(
        "stock_requests",
        "Goods asked for from the store.",
        "stock_request_id product_id employee_id client_id recipient_id requested_at needed_by contact_id",
        at="requested_at",
    ),
    table(
        "invoices",
        "Invoices, when due and when paid.",
        "invoice_id client_id contract_id amount issued_on due_on paid_on",
        at="issued_on",
    ),
    table(
        "payments",
        "Payments on invoices.",
        "payment_id invoice_id amount paid_at",
        at="paid_at",
    ),
)
