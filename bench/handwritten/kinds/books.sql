-- The roster, who is away, who owes on which working day, and on which working days the log says nothing.

create temp table roster as
select employee_id, coalesce(hired_on, date '0001-01-01') as hired_on, coalesce(left_on, date '9999-12-31') as left_on
from employees;

create temp table away as
select distinct employee_id, day
from absences join calendar on day between starts_on and coalesce(ends_on, date '9999-12-31')
where excused;

create temp table owing as
select employee_id, day, working, away.day is null as here
from roster join calendar on day between hired_on and left_on left join away using (employee_id, day)
where day >= getvariable('period_from') and day < getvariable('period_to');

create temp table silent as
select day from calendar
where working and day < getvariable('period_to') and day not in (select distinct "at"::date from activities);

-- To what day something moves that falls due on a day on which its bearer is away.
create temp table moved as
select employee_id, away.day, min(back.day) as back
from away join calendar as back on back.working and back.day > away.day
where not exists (from away as still where still.employee_id = away.employee_id and still.day = back.day)
group by all;
