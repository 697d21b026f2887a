with done as (
    select employee_id, "at"::date as day, count(*) as calls
    from activities join clients using (client_id)
    where kind = 'call' and direction = 'outbound' and category in ('main', 'potential')
    group by all
)
select employee_id, day, null
from present left join done using (employee_id, day)
where coalesce(calls, 0) < getvariable('calls_per_day') and day not in (from silent)
