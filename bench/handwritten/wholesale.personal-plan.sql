with planned as (
    select employee_id, strptime(period, '%Y-%m')::date as month, arg_max(target, coalesce(approved_at, '-infinity')) as target
    from plans
    where measure = 'clients_found'
      and (approved_at is null or approved_at::date <= strptime(period, '%Y-%m')::date)
    group by all
), done as (
    select employee_id, date_trunc('month', "at") as month, count(distinct client_id) as clients
    from leads where outcome = 'client'
    group by all
)
select employee_id, month, null
from planned join managers using (employee_id) join months using (month) left join done using (employee_id, month)
where month_end > getvariable('period_from') and month_end <= getvariable('period_to')
  and hired_on < month_end and left_on >= month and coalesce(clients, 0) < target
