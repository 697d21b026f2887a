with done as (
    select employee_id, "at"::date as day, count(distinct client_id) as clients
    from activities group by all
)
select employee_id, day, null
from done join owing using (employee_id, day)
where clients > 22 and here
