-- The roster, who is away, who owes on which working day, and who may decide what.

create temp table months as
select month::date as month, (month + interval 1 month)::date as month_end
from generate_series(date_trunc('month', getvariable('period_from')) - interval 3 month,
                     getvariable('period_to'), interval 1 month) as g(month);

create temp table roster as
select employee_id, superior_id, level, coalesce(alias.position, e.position) as position,
       coalesce(hired_on, date '0001-01-01') as hired_on, coalesce(left_on, date '9999-12-31') as left_on
from employees e left join aliases alias on alias.title = e.position;

create temp table managers as select * from roster where position = 'client-search-manager';

create temp table away as
select distinct employee_id, day
from absences join calendar on day between starts_on and coalesce(ends_on, date '9999-12-31')
where excused;

create temp table present as
select employee_id, day
from managers join calendar on working and day between hired_on and left_on
where day >= getvariable('period_from') and day < getvariable('period_to')
  and not exists (from away where away.employee_id = managers.employee_id and away.day = calendar.day);

-- A working day without any entry at all says nothing about anybody.
create temp table silent as
select day from calendar
where working and day >= getvariable('period_from') and day < getvariable('period_to')
  and day not in (select distinct "at"::date from activities);

create temp table limits as
select employee_id, act, at_most, coalesce(in_force_from, date '0001-01-01') as in_force_from,
       coalesce(in_force_to, date '9999-12-31') as in_force_to,
       (a.position is not null)::int + (a.level is not null)::int as named
from roster join authority a
  on (a.position is null or a.position = roster.position) and (a.level is null or a.level = roster.level);

-- A decision counts if it was granted by somebody who had authority for it; how far that goes is `covers`.
create temp table granted as
select approval_id, any_value(approvals.act) as act, any_value(act_id) as act_id, any_value(approver_id) as approver_id,
       any_value(decided_at) as decided_at,
       least(arg_max(limits.at_most, {named: named, at_most: limits.at_most}), any_value(approvals.at_most)) as covers
from approvals join limits on limits.employee_id = approver_id and limits.act = approvals.act
  and decided_at::date between in_force_from and in_force_to
where decision = 'granted'
group by approval_id;
