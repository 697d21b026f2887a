"""What becomes of each duty of a quota: pending, not applicable, met, breached, or open and why."""

from collections.abc import Iterator

from sqlglot import exp

from compliance.kinds.base import Desk, verdict_rows
from compliance.kinds.lengths import known_since, length, standing_day
from compliance.kinds.measures import Aggregate, Measure
from compliance.kinds.owing import Requirement
from compliance.kinds.tally import Tally
from compliance.language.blocks import Bound, DurationValue
from compliance.language.exact import told_beside
from compliance.language.values import literal
from compliance.sql import all_of, any_of, col, expression, free, relation, sql, text

Step = tuple[exp.Expr, str, str | None, str | None]
# Over, and inside the audited period; before that a verdict stands only where nothing can change it.
CLOSED = expression("w.ends_in and w.ended")
KEPT = {"at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<"}


class Weighing:
    """The verdict on each duty of `weighed as w`, from `cured as c` and `hushed as s`."""

    def __init__(
        self, desk: Desk, done: Tally, taken: Measure, requirement: Requirement, within: DurationValue | None
    ) -> None:
        self._within, self._desk, self._each, self._per = within, desk, done.entities, done.per
        self._standing = done.stands is not None
        self._taken, self._lower, self._upper = taken, requirement.lower, requirement.upper
        self._unread = requirement.unread

    @property
    def short(self) -> exp.Expr:
        """Whether the lower bound is missed."""
        if self._lower is None:
            return exp.false()
        short = expression("w.measured < w.lower" if self._lower[0] == "at_least" else "w.measured <= w.lower")
        return all_of(short, self._binds("lower"))

    @property
    def over(self) -> exp.Expr:
        """Whether the upper bound is passed."""
        return self._over("measured")

    @property
    def _stands_over(self) -> exp.Expr:
        """Whether it is passed unless a row that nobody can read rules a record out."""
        return self._over("standing") if self._standing else exp.false()

    def _over(self, measured: str) -> exp.Expr:
        if self._upper is None:
            return exp.false()
        over = expression(":m > w.upper" if self._upper[0] == "at_most" else ":m >= w.upper", m=col(measured, "w"))
        return all_of(over, self._binds("upper"))

    def _binds(self, side: str) -> exp.Expr | None:
        """Whether a bound is owed: a second measure that stays under its minimum binds nobody."""
        given = self._lower if side == "lower" else self._upper
        return expression("not coalesce(:b, false)", b=col(f"{side}_below", "w")) if _is_relative(given) else None

    def rows(self, *, loose: bool, hushed: bool) -> exp.Select:
        """One row per duty."""
        rows = sql("select * from weighed as w")
        if loose:
            rows = rows.join(relation("cured", "c"), on=expression("c.duty = w.duty"), join_type="left")
        if hushed:
            on = expression("s.bearer is not distinct from w.bearer and s.start_day = w.start_day")
            rows = rows.join(relation("hushed", "s"), on=on, join_type="left")
        doubts = expression("w.maybe + coalesce(c.n, 0)" if loose else "w.maybe")
        steps = [step for step in self._steps(doubts, hushed=hushed) if step[0] != exp.false()]
        return verdict_rows(rows, self._columns(steps) | self._at_most(doubts))

    def _at_most(self, doubts: exp.Expr) -> dict[str, exp.Expr]:
        """What a count may come to, for an absence that can't be read may leave that to be enough."""
        if not self._taken.aggregate.counted or not self._desk.ground.roster.unread:
            return {}
        return {"most": expression("w.measured + :d", d=doubts)}

    def _steps(self, doubts: exp.Expr, *, hushed: bool) -> list[Step]:
        """What is decided first stands first."""
        open_ = expression("not :c", c=CLOSED)
        over_so_far, short = self._over_so_far, self._short_first()
        silent = all_of(short, expression("s.start_day is not null")) if hushed else exp.false()
        return [
            (all_of(self._newcomer(), exp.not_(self._enough())), "pending", None, None),
            (all_of(self._not_owed(), exp.not_(self._passed())), "not_applicable", None, self._why_not_owed),
            (all_of(self._too_little(), open_), "pending", None, None),
            *self._below(),
            (_unless_never(self._untold, all_of(self._untold, open_)), "pending", None, None),
            (self._untold, "undetermined", None, "passed"),
            (all_of(expression("w.measured is null"), open_), "pending", None, None),
            (expression("w.measured is null"), "not_applicable", None, "no_rows"),
            (all_of(self._no_bound(), open_), "pending", None, None),
            (self._no_bound(), "undetermined", None, "no_bound"),
            (all_of(short, open_), "pending", None, None),
            (silent, "undetermined", None, "silence"),
            (all_of(short, self._cures_short(doubts)), "undetermined", None, "doubt"),
            (all_of(any_of(short, self.over), self._open), "undetermined", None, "ruled_out"),
            (all_of(short, self._perhaps("lower")), "undetermined", None, "unread_plan"),
            (short, "breached", "short", None),
            (_unless_never(over_so_far, all_of(self.over, open_, over_so_far)), "pending", None, None),
            (all_of(self.over, self._may_rise()), "undetermined", None, "silent_bound"),
            (all_of(self.over, self._cures_over(doubts)), "undetermined", None, "doubt"),
            (all_of(self.over, self._perhaps("upper")), "undetermined", None, self._unread_above),
            (self.over, "breached", "over", None),
            (all_of(self._stands_over, CLOSED), "undetermined", None, "ruled_out"),
            (CLOSED, "met", None, None),
            (exp.not_(self._moves(self._lower)) if self._decided_early else exp.false(), "met", None, None),
        ]

    @property
    def _untold(self) -> exp.Expr:
        """Whether a number on the way to the measure passes what can be reckoned with."""
        return expression("w.untold") if self._taken.passes is not None else exp.false()

    @property
    def _over_so_far(self) -> exp.Expr:
        """Whether the upper bound, where it is passed before the window is over, may still be kept."""
        return self._moves(self._upper) if self._taken.aggregate.settles else exp.true()

    @property
    def _unread_above(self) -> str:
        """What can't be read that may allow more."""
        return "unread_authority" if self._upper and self._upper[1].authority else "unread_plan"

    def _perhaps(self, side: str) -> exp.Expr:
        """Whether a plan or authority that can't be read may be the one that counts, and is kept."""
        given = self._lower if side == "lower" else self._upper
        if given is None or side not in self._unread:
            return exp.false()
        kept = expression(f"w.measured {KEPT[given[0]]} :p", p=col(f"{side}_perhaps", "w"))
        return expression("coalesce(:u, false) or coalesce(:k, false)", u=col(f"{side}_untold", "w"), k=kept)

    def _short_first(self) -> exp.Expr:
        """Whether the lower bound is missed, where the upper one does not decide before the window is over."""
        if self._lower is None or self._upper is None or self._over_so_far == exp.true():
            return self.short
        decided = all_of(self.over, exp.not_(CLOSED), exp.not_(self._over_so_far))
        return all_of(self.short, expression("not coalesce(:d, false)", d=decided))

    @property
    def _open(self) -> exp.Expr:
        """Whether a row that nobody can read may rule out the entity for which it is owed."""
        return col("open", "w") if self._each is not None and self._each.opens else exp.false()

    def _moves(self, given: tuple[str, Bound] | None) -> exp.Expr:
        """Whether a bound may still move: a second measure to the window's end, an earlier window's until it is over.

        The earlier window is over once the window has begun, as far as is known by `as_of`.
        """
        if _is_second(given):
            return exp.true()
        if not _is_relative(given):
            return exp.false()
        return expression("w.start > :as_of", as_of=literal(self._desk.ground.as_of).sql)

    @property
    def _decided_early(self) -> bool:
        """Whether what is enough now stays enough, and the bound no longer moves."""
        return self._upper is None and self._taken.aggregate.settles and not _is_second(self._lower)

    def _enough(self) -> exp.Expr:
        """Whether a newcomer has done already what there still is time for."""
        return expression("coalesce(not :s, false)", s=self.short) if self._decided_early else exp.false()

    def _too_little(self) -> exp.Expr:
        """Whether a second measure stays under its minimum, and another bound, if there is one, is kept."""
        sides = [side for side, given in (("lower", self._lower), ("upper", self._upper)) if _is_relative(given)]
        kept = [expression("not coalesce(:b, true)", b=broken) for broken in (self.short, self.over)]
        return all_of(
            any_of(*(col(f"{side}_below", "w") for side in sides)), *(kept if self._lower and self._upper else ())
        )

    def _below(self) -> Iterator[Step]:
        """The same by the side on which a measure binds nobody."""
        for side, given in (("lower", self._lower), ("upper", self._upper)):
            if _is_relative(given):
                this = expression("coalesce(:b, false)", b=col(f"{side}_below", "w"))
                yield all_of(self._too_little(), this), "not_applicable", None, f"below_{side}"

    @property
    def _why_not_owed(self) -> str:
        return "away" if self._per is not None and self._per.daily else "no_share"

    def _columns(self, steps: list[Step]) -> dict[str, exp.Expr]:
        names = ("bearer", "department", "measured", "present", "total")
        given: dict[str, exp.Expr] = {name: col(name, "w") for name in names}
        given |= {"verdict": _decide(steps, 1, text("pending")), "how": _decide(steps, 2), "cause": _decide(steps, 3)}
        given["required"] = self._required()
        given |= self._beside(steps)
        given["full_bound"] = expression("case when w.part then w.full_lower end")
        if self._per is not None:
            given |= {"start": col("start", "w"), "stop": col("stop", "w"), "at": col("start", "w")}
        else:
            given["at"] = literal(self._desk.ground.as_of).sql
        if self._each is not None:
            given |= {"record_table": text(self._each.table), "record_key": col("record_key", "w")}
        return given

    def _beside(self, steps: list[Step]) -> dict[str, exp.Expr]:
        """What explains a verdict: a second measure with its minimum, and the first day without records."""
        sides = [side for side, given in (("lower", self._lower), ("upper", self._upper)) if _is_relative(given)]
        below = {side: expression("coalesce(:b, false)", b=col(f"{side}_below", "w")) for side in sides}
        given: dict[str, exp.Expr] = {}
        for name, of in (("other", "second"), ("least", "least")) if sides else ():
            ifs = [exp.If(this=below[side].copy(), true=col(f"{side}_{of}", "w")) for side in sides]
            given[name] = exp.Case(ifs=ifs)
        days = {"silence": col("silent", "s")} | (
            {"silent_bound": col("upper_silent", "w")} if "upper" in sides else {}
        )
        causes, cause = {step[3] for step in steps}, _decide(steps, 3)
        ifs = [
            exp.If(this=exp.EQ(this=cause.copy(), expression=text(name)), true=day)
            for name, day in days.items()
            if name in causes
        ]
        return given | ({"silent": exp.Case(ifs=ifs)} if ifs else {})

    def _required(self) -> exp.Expr:
        """The bound that was missed, or the one that there is."""
        only = col("lower" if self._lower else "upper", "w")
        if self._lower is None or self._upper is None:
            return only
        passed = all_of(self.over, exp.not_(self._short_first()))  # too little is said first
        ifs = [exp.If(this=passed, true=told_beside(col("upper", "w")))]
        return exp.Case(ifs=ifs, default=told_beside(only))

    def _no_bound(self) -> exp.Expr:
        sides = (("full_lower", "lower", self._lower), ("upper", "upper", self._upper))
        missing = [(col(name, "w"), self._binds(side)) for name, side, given in sides if given]
        return any_of(*(all_of(expression(":b is null", b=bound), binds) for bound, binds in missing))

    def _newcomer(self) -> exp.Expr:
        if self._within is None or self._per is not None:
            return exp.false()
        day = standing_day(self._desk.ground.as_of)
        newest = known_since(self._desk, length(self._desk, self._within, ("quota", "within"), day))
        taken = "cast(w.taken as timestamp)"
        # Both have to be there for long enough: an old entity, or item of a list, leaves a newcomer the time allowed.
        since = f"greatest(coalesce(w.since, {taken}), coalesce({taken}, w.since))" if self._each is not None else taken
        return expression(f"coalesce({since} > :newest, false)", newest=literal(newest).sql)

    def _passed(self) -> exp.Expr:
        """Whether the upper bound is passed, or not known, in a window longer than a day: that is never pro-rated."""
        return exp.false() if self._per is None or self._per.daily else expression("coalesce(:o, true)", o=self.over)

    def _not_owed(self) -> exp.Expr:
        """A day of absence owes nothing; in longer windows a share of 0 is not owed."""
        if self._per is not None and self._per.daily:
            return expression("w.absent")
        if self._lower is None:
            return exp.false()
        none = "w.part and w.lower = 0"
        stays = "w.full_lower >= 1 and 2 * w.present >= w.total"
        return expression(none if self._lower[0] == "at_least" else f"{none} and not ({stays})")

    def _cures_short(self, doubts: exp.Expr) -> exp.Expr:
        """A count may be short by no more than the doubtful rows; a minimum never rises.

        A bound that is a measure itself may fall where more rows do not only raise it.
        """
        moves = self._unsure("lower", self._lower)
        if moves is not None:
            return any_of(self._cures_count(doubts), moves)
        return self._cures_count(doubts)

    def _unsure(self, side: str, given: tuple[str, Bound] | None) -> exp.Expr | None:
        """Whether rows that may count could move a bound to the bearer's good."""
        if not _is_relative(given) or (side == "lower" and given is not None and self._counts_up(given[1])):
            return None
        return col(f"{side}_unsure", "w")

    def _may_rise(self) -> exp.Expr:
        """Whether the table that an upper bound is measured by was silent, so that the bound may be too low."""
        return expression("coalesce(w.upper_hushed, false)") if _is_relative(self._upper) else exp.false()

    def _counts_up(self, bound: Bound) -> bool:
        """Whether more rows could only raise a bound."""
        own = self._taken.aggregate.counted
        return own if bound.previous is not None else bound.measure.strip().lower().startswith("count")

    def _cures_count(self, doubts: exp.Expr) -> exp.Expr:
        if self._taken.aggregate.counted and self._lower is not None:
            reach = ">=" if self._lower[0] == "at_least" else ">"
            return expression(f"w.measured + :d {reach} w.lower", d=doubts)
        return exp.false() if self._taken.aggregate is Aggregate.MIN else expression(":d > 0", d=doubts)

    def _cures_over(self, doubts: exp.Expr) -> exp.Expr:
        """More rows never lower a count or a maximum; a bound that is a measure itself may rise."""
        never = self._taken.aggregate.counted or self._taken.aggregate is Aggregate.MAX
        cures = exp.false() if never else expression(":d > 0", d=doubts)
        moves = self._unsure("upper", self._upper)
        return any_of(cures, moves) if moves is not None else cures


def _unless_never(test: exp.Expr, step: exp.Expr) -> exp.Expr:
    return test if test == exp.false() else step


def _is_second(given: tuple[str, Bound] | None) -> bool:
    """Whether a bound is a second measure, which still moves until the window ends."""
    return given is not None and given[1].of is not None


def _is_relative(given: tuple[str, Bound] | None) -> bool:
    """Whether a bound is a measure itself: an earlier window's, or a second one."""
    return given is not None and (given[1].previous is not None or given[1].of is not None)


def _decide(steps: list[Step], part: int, default: exp.Expr | None = None) -> exp.Expr:
    ifs = [exp.If(this=free(step[0]), true=text(str(step[part])) if step[part] else exp.null()) for step in steps]
    return exp.Case(ifs=ifs, default=default)
