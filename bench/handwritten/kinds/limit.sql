with spent as (
    select activity_id, employee_id, "at",
           sum(minutes) over (partition by employee_id, client_id order by "at"
                              range between interval 24 hours preceding and current row) as minutes
    from activities where minutes is not null
)
select employee_id, null, activity_id
from spent
where minutes > 60 and "at" >= getvariable('period_from') and "at" < getvariable('period_to')
