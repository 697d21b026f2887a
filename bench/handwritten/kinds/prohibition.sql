with met as (
    select activity_id, employee_id, kind, "at",
           min("at") filter (kind = 'call') over (partition by client_id) as called
    from activities where kind in ('call', 'meeting') and client_id is not null
)
select employee_id, null, activity_id
from met
where kind = 'meeting' and coalesce(called > "at", true)
  and "at" >= getvariable('period_from') and "at" < getvariable('period_to')
