with done as (
    select employee_id, "at"::date as day, count(*) as changes from client_changes group by all
)
select employee_id, day, null
from present left join done using (employee_id, day)
where coalesce(changes, 0) < getvariable('base_changes_per_day')
