with done as (
    select employee_id, date_trunc('month', "at")::date as month, count(*) as entries from activities group by all
), told as (
    select report_id, employee_id, submitted_at, strptime(period, '%Y-%m')::date as month from reports
)
select told.employee_id, null, report_id
from told left join done using (employee_id, month)
where abs(400 - coalesce(entries, 0)) > 60
  and submitted_at >= getvariable('period_from') and submitted_at < getvariable('period_to')
  and (coalesce(entries, 0) > 400 or not exists (
      from silent join roster on day between hired_on and left_on
      where roster.employee_id = told.employee_id and date_trunc('month', day)::date = told.month))
