-- Pieces for one client count together with those of the day before, from its 00:00 on.
with pieces as (
    select order_id, employee_id, placed_at, sum(amount) over (
        partition by employee_id, client_id order by placed_at
        range between (placed_at - date_trunc('day', placed_at) + interval 1 day) preceding and current row) as amount
    from orders semi join managers using (employee_id)
), beyond as (
    select order_id, p.employee_id, placed_at, any_value(p.amount) as amount
    from pieces p left join limits
      on limits.employee_id = p.employee_id and act = 'order' and placed_at::date between in_force_from and in_force_to
    where placed_at >= getvariable('period_from') and placed_at < getvariable('period_to')
    group by all
    having coalesce(any_value(p.amount) > arg_max(at_most, {named: named, at_most: at_most}), true)
)
select employee_id, null, order_id
from beyond
where not exists (
    from granted where act = 'order' and act_id = order_id and approver_id <> employee_id and decided_at <= placed_at
      and covers >= amount)
