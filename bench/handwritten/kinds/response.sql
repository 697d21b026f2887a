with due as (
    select c.day, min(d.day) as due_day
    from calendar as c join calendar as d on d.working and d.working_days = c.working_days + 10
    group by all
), met as (
    select activity_id, employee_id, kind, "at",
           min("at") filter (kind = 'call') over (
               partition by client_id order by "at" range between current row and unbounded following) as called
    from activities where kind in ('call', 'meeting') and client_id is not null
), owed as (
    select met.*, coalesce(moved.back, due_day) as due_day
    from met join due on due.day = "at"::date left join moved on moved.employee_id = met.employee_id and moved.day = due_day
    where kind = 'meeting'
)
select employee_id, null, activity_id
from owed join roster using (employee_id)
where due_day between hired_on and left_on
  and due_day + 1 > getvariable('period_from') and due_day + 1 <= getvariable('period_to')
  and coalesce(called >= due_day + 1, true)
