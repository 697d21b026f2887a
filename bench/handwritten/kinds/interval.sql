with contacts as (
    select client_id, "at", min(activity_id) as activity_id
    from activities where kind in ('call', 'meeting') and client_id is not null
    group by all
), gaps as (
    select *, lead("at") over (partition by client_id order by "at") as following from contacts
), planned as (
    select owner_id, activity_id, following, "at"::date + 30 as due_day
    from gaps join clients using (client_id)
    where coalesce(following >= "at"::date + 31, true)
), owed as (
    select owner_id, activity_id, following, coalesce(back, due_day) as due_day
    from planned left join moved on moved.employee_id = owner_id and moved.day = due_day
)
select owner_id, null, activity_id
from owed join roster on employee_id = owner_id
where due_day between hired_on and left_on
  and due_day + 1 > getvariable('period_from') and due_day + 1 <= getvariable('period_to')
  and coalesce(following >= due_day + 1, true)
