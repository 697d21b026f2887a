with beyond as (
    select line_id, o.employee_id, placed_at, any_value(discount) as discount
    from order_lines join orders o using (order_id) semi join managers using (employee_id) left join limits
      on limits.employee_id = o.employee_id and act = 'discount' and placed_at::date between in_force_from and in_force_to
    where placed_at >= getvariable('period_from') and placed_at < getvariable('period_to')
    group by all
    having coalesce(any_value(discount) > arg_max(at_most, {named: named, at_most: at_most}), true)
)
select employee_id, null, line_id
from beyond
where not exists (
    from granted where act = 'discount' and act_id = line_id and approver_id <> employee_id and decided_at <= placed_at
      and covers >= discount)
