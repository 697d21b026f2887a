select employee_id, null, activity_id
from activities join clients using (client_id)
where kind = 'call' and minutes <= 1 and category = 'regular'
  and "at" >= getvariable('period_from') and "at" < getvariable('period_to')
