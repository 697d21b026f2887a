-- Recorded later than three working days after it happened.
with third as (
    select day, (select min(c.day) from calendar c where c.working_days = d.working_days + 3) as day_3 from calendar d
), records as (
    select employee_id, activity_id as key, "at", recorded_at from activities where recorded_at > "at" + interval 3 day
    union all
    select employee_id, change_id, "at", recorded_at from client_changes where recorded_at > "at" + interval 3 day
)
select employee_id, null, key
from records join third on day = "at"::date
where recorded_at >= day_3 + 1
  and "at" >= getvariable('period_from') and "at" < getvariable('period_to')
