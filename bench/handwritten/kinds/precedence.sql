with met as (
    select activity_id, employee_id, kind, "at",
           max("at") filter (kind = 'call') over (partition by client_id order by "at") as called
    from activities where kind in ('call', 'meeting') and client_id is not null
)
select employee_id, null, activity_id
from met
where kind = 'meeting' and coalesce(called < "at"::date - 30, true)
  and "at" >= getvariable('period_from') and "at" < getvariable('period_to')
  and not exists (from silent join roster on day between hired_on and left_on
                  where roster.employee_id = met.employee_id and day between met."at"::date - 30 and met."at"::date)
