with done as (
    select employee_id, "at"::date as day, min("at") as first_at from activities group by all
)
select employee_id, day, null
from owing left join done using (employee_id, day)
where working and here and coalesce(first_at > day + interval 11 hours, true) and day not in (from silent)
