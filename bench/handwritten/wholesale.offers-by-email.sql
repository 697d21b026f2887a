with done as (
    select employee_id, "at"::date as day, count(*) as offers
    from activities
    where kind = 'offer' and channel = 'email'
    group by all
)
select employee_id, day, null
from present left join done using (employee_id, day)
where coalesce(offers, 0) < getvariable('offers_by_email_per_day') and day not in (from silent)
