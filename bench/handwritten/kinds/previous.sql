with done as (
    select employee_id, date_trunc('month', "at")::date as month, count(*) as entries from activities group by all
), months as (
    select distinct employee_id, date_trunc('month', day)::date as month from owing
)
select employee_id, months.month, null
from months join roster using (employee_id) left join done as this using (employee_id, month)
     left join done as before on before.employee_id = months.employee_id and before.month = months.month - interval 1 month
where months.month - interval 1 month >= (select min("at") from activities)
  and hired_on <= months.month - interval 1 month
  and coalesce(this.entries, 0) < 0.9 * coalesce(before.entries, 0)
