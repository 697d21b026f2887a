with delivered as (
    select order_id, any_value(o.employee_id) as employee_id, any_value(placed_at)::date + 31 as due,
           count(*) filter (a."at" < placed_at::date + 31) as calls
    from orders as o left join activities as a on a.client_id = o.client_id and a.kind = 'call'
    group by order_id
)
select employee_id, null, order_id
from delivered join roster using (employee_id)
where due - 1 between hired_on and left_on and calls < 10 and due > getvariable('period_from') and due <= getvariable('period_to')
  and not exists (from silent join roster on day between hired_on and left_on
                  where roster.employee_id = delivered.employee_id and day >= due - 31 and day < due)
