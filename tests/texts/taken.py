"""Workspaces with messages, and the extra that reads these."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from compliance.texts.attached import NEEDED

MANIFEST = """
period: {from: 2026-03-02, to: 2026-03-09}
packs: [confidentiality]
tables:
"""
TABLES = {
    "employees": "employee_id,name,position\na,Anna Belova,sales\nb,Boris Gray,sales\n",
    "clients": "client_id,name,owner_id\nv,Volna Trading,a\n",
    "information": (
        "asset_id,category,client_id,marked,terms\n"
        "nep,market_strategy,,true,Project Neptune; Neptun-7\nlow,negotiation,,false,bottom line\n"
    ),
    "disclosures": "disclosure_id,asset_id,employee_id,at,recipient_kind\n1,low,b,2026-03-02 09:00,colleague\n",
    "messages": (
        "message_id,sender_id,at,recipient,recipient_kind,recipient_client_id,channel,text\n"
        'm1,a,2026-03-02 10:00,x,partner,,email,"PROJECT\n  Neptune starts in May. Regards, Anna Belova"\n'
        'm2,a,2026-03-03 10:00,x,client,v,email,"Volna Trading pays by 4111 1111 1111 1111, ask Boris Gray"\n'
        "m3,b,2026-03-04 10:00,x,partner,,chat,Our bottom line is 40\n"
        "m4,b,2026-03-05 10:00,x,colleague,,chat,project neptune is late\n"
        "m5,b,2026-03-06 10:00,x,competitor,,chat,Volna Trading left us\n"
    ),
}


def needed() -> None:
    """Skip, or fail where the extra must be there."""
    if all(map(find_spec, NEEDED)):
        return
    if os.environ.get("DUTYBOOK_REQUIRE_TEXTS") == "1":
        pytest.fail("the extra `texts` is not installed, and DUTYBOOK_REQUIRE_TEXTS=1 asks for it")
    pytest.skip("the extra `texts` is not installed (make texts installs it)")


def workspace(folder: Path, **more: str) -> Path:
    """A workspace of these tables and more, as CSV."""
    tables = TABLES | more
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    entries = "".join(f"  {name}: {name}.csv\n" for name in tables)
    (folder / "compliance.yaml").write_text(MANIFEST + entries, encoding="utf-8")
    return folder
