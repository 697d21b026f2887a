with levels as (
    select employee_id, activity_id, "at",
           sum(minutes) over (partition by employee_id order by "at") as level
    from activities where minutes is not null
), left_at as (
    select *, lag(level) over (partition by employee_id order by "at", activity_id) as before from levels
)
select employee_id, null, activity_id
from left_at
where level > 40000 and coalesce(before <= 40000, true)
  and "at" >= getvariable('period_from') and "at" < getvariable('period_to')
