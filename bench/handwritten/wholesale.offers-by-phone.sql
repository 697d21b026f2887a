with done as (
    select employee_id, "at"::date as day, count(distinct client_id) as companies
    from activities
    where kind = 'call' and direction = 'outbound' and purpose = 'offer'
    group by all
)
select employee_id, day, null
from present left join done using (employee_id, day)
where coalesce(companies, 0) < getvariable('companies_by_phone_per_day') and day not in (from silent)
