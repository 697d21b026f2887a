"""Leeway: how far rows that may count, without our knowing, could move what was measured for a duty."""

from dataclasses import dataclass

from sqlglot import exp

from compliance.kinds.measures import Measure
from compliance.language import exact
from compliance.sql import col, expression


@dataclass(frozen=True)
class Leeway:
    """How far the rows that may count for a duty of `weighed as w` could move it, `cured as c` with them if `loose`."""

    taken: Measure
    loose: bool

    @property
    def rows(self) -> exp.Expr:
        """How many they are."""
        return self._both("maybe", "n")

    @property
    def greatest_share(self) -> exp.Expr:
        """The share if all that could raise it do."""
        return self._share(expression("w.held + :d", d=self._both("may_raise", "raises")), "may_raise", "raises")

    @property
    def least_share(self) -> exp.Expr:
        """The share if all that could lower it do."""
        return self._share(expression("w.held"), "may_lower", "lowers")

    def _share(self, held: exp.Expr, own: str, loose: str) -> exp.Expr:
        return exact.divide(held, 0, expression("w.known + :d", d=self._both(own, loose)), 0)

    def _both(self, own: str, loose: str) -> exp.Expr:
        mine = col(own, "w")
        return expression("(:m + coalesce(:l, 0))", m=mine, l=col(loose, "c")) if self.loose else mine
