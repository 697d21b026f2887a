import shutil
from pathlib import Path

import pytest

from compliance import shipped


def test_the_packs_are_the_folders_of_rules_but_not_judgement_and_law(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("trade", "judgement", "law", "accounts", ".cache", "__pycache__"):
        (tmp_path / "rules" / name).mkdir(parents=True)
    (tmp_path / "rules" / "README.md").touch()
    monkeypatch.setattr(shipped, "CHECKOUT", tmp_path)
    assert [pack.name for pack in shipped.packs()] == ["accounts", "trade"]


def test_an_installed_package_brings_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(shipped.demo_world(), tmp_path / "_shipped" / "trading-house")
    monkeypatch.setattr(shipped, "HERE", tmp_path)
    assert shipped.demo_world() == tmp_path / "_shipped" / "trading-house"


def test_a_package_built_without_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "HERE", tmp_path)
    monkeypatch.setattr(shipped, "CHECKOUT", tmp_path)
    with pytest.raises(FileNotFoundError) as raised:
        shipped.rules()
    assert str(raised.value) == "this installation lacks its folder rules; install dutybook again"
