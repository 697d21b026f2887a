select o.employee_id, null, order_id
from orders o semi join managers using (employee_id) join contracts c using (contract_id)
where (o.price_type <> c.price_type or o.deferral_days > c.deferral_days)
  and placed_at >= getvariable('period_from') and placed_at < getvariable('period_to')
