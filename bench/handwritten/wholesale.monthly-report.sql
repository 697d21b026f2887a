-- Due at the end of the 3rd, or of the next working day on which the manager is not away.
with due as (
    select employee_id, month, month_end, any_value(hired_on) as hired_on, any_value(left_on) as left_on, min(day) as day
    from managers join months on true join calendar
      on working and day >= month_end + (getvariable('report_day') - 1)::int and day < month_end + 90
    where not exists (from away where away.employee_id = managers.employee_id and away.day = calendar.day)
    group by all
), owed as (
    select * from due
    where hired_on < month_end and left_on >= month and day between hired_on and left_on
      and day + 1 > getvariable('period_from') and day + 1 <= getvariable('period_to')
), done as (
    select employee_id, strptime(period, '%Y-%m')::date as month, min(submitted_at) as submitted_at
    from reports where kind = 'work'
    group by all
)
select employee_id, month, null
from owed left join done using (employee_id, month)
where submitted_at is null or submitted_at >= day + 1
